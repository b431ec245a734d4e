using System.Text.Json.Nodes;

namespace DevPortal.Testing;

/// <summary>The images of the manifest, so that tests run on what is deployed.</summary>
internal static class ManifestImages
{
    public static string Of(string resource) =>
        JsonNode.Parse(File.ReadAllText(Repository.Path("aspire-manifest.json")))!["resources"]![resource]!["image"]!.GetValue<string>();
}
