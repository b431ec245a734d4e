using System.Text.Json;

namespace DevPortal.Manifest;

/// <summary>What <c>aspire-manifest.json</c> says, as far as it takes to run it.</summary>
/// <param name="Folder">The folder of the manifest, that its paths are relative to.</param>
public sealed record AppManifest(string Folder, IReadOnlyDictionary<string, Resource> Resources)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <exception cref="InvalidDataException">The file is no manifest.</exception>
    public static AppManifest Load(string file) => Parse(File.ReadAllText(file), Path.GetDirectoryName(Path.GetFullPath(file))!);

    /// <inheritdoc cref="Load"/>
    public static AppManifest Parse(string json, string folder)
    {
        try
        {
            var content = JsonSerializer.Deserialize<Content>(json, Json)?.Resources;
            return new(folder, content ?? throw new InvalidDataException("The manifest has no resources."));
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"The manifest is not readable: {broken.Message}", broken);
        }
    }

    public IEnumerable<(string Name, Resource Resource)> OfType(string type) =>
        Resources.Where(entry => entry.Value.Type == type).Select(entry => (entry.Key, entry.Value));

    private sealed record Content(Dictionary<string, Resource>? Resources);
}
