using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Resources;
using DevPortal.Portal;

namespace DevPortal.PortalTests;

/// <summary>What the build makes of a file <c>Texts.&lt;language&gt;.resx</c> of the website.</summary>
static class Satellite
{
    /// <param name="program">The folder of the program that shall know the language.</param>
    public static void Write(string program, string language, IReadOnlyDictionary<string, string> texts)
    {
        var main = typeof(Texts).Assembly.GetName();
        var name = new AssemblyName($"{main.Name}.resources") { Version = main.Version, CultureName = language };
        var assembly = new PersistedAssemblyBuilder(name, typeof(object).Assembly);
        assembly.DefineDynamicModule(name.Name!);
        var metadata = assembly.GenerateMetadata(out var code, out _);
        metadata.AddManifestResource(ManifestResourceAttributes.Public, metadata.GetOrAddString($"{typeof(Texts).FullName}.{language}.resources"), default, 0);
        var image = new BlobBuilder();
        new ManagedPEBuilder(PEHeaderBuilder.CreateLibraryHeader(), new MetadataRootBuilder(metadata), code, managedResources: Resources(texts)).Serialize(image);
        using var file = File.Create(Path.Combine(Directory.CreateDirectory(Path.Combine(program, language)).FullName, $"{name.Name}.dll"));
        image.WriteContentTo(file);
    }

    static BlobBuilder Resources(IReadOnlyDictionary<string, string> texts)
    {
        using var written = new MemoryStream();
        using (var writer = new ResourceWriter(written))
        {
            foreach (var (key, text) in texts) writer.AddResource(key, text);
            writer.Generate();
            var resources = new BlobBuilder();
            resources.WriteInt32((int)written.Length);
            resources.WriteBytes(written.ToArray());
            return resources;
        }
    }
}
