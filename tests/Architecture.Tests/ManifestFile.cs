using System.Text.Json.Nodes;

namespace DevPortal.Architecture.Tests;

/// <summary>The committed manifest beside the checkout that it speaks of.</summary>
internal static class ManifestFile
{
    public static string Root { get; } = FindRoot();

    public static JsonObject Resources { get; } =
        JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "aspire-manifest.json")))!["resources"]!.AsObject();

    public static IReadOnlyDictionary<string, JsonObject> OfType(string type) => Resources
        .Where(entry => entry.Value!["type"]!.GetValue<string>() == type)
        .ToDictionary(entry => entry.Key, entry => entry.Value!.AsObject());

    public static IReadOnlyDictionary<string, string> Environment(string project) =>
        Resources[project]!["env"]!.AsObject().ToDictionary(entry => entry.Key, entry => entry.Value!.GetValue<string>());

    /// <summary>The project files of what we deploy, relative to the checkout.</summary>
    public static IEnumerable<string> ServiceProjects() => Directory
        .EnumerateFiles(Path.Combine(Root, "services"), "*.csproj", SearchOption.AllDirectories)
        .Concat(Directory.EnumerateFiles(Path.Combine(Root, "gateway"), "*.csproj"))
        .Concat(Directory.EnumerateFiles(Path.Combine(Root, "portal"), "*.csproj"))
        .Select(file => Path.GetRelativePath(Root, file));

    /// <summary>The program text of a project's folder, without what the build made.</summary>
    public static IEnumerable<string> Sources(string folder) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
        .Select(File.ReadAllText);

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "DevPortal.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
