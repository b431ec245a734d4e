using System.Text.RegularExpressions;
using DevPortal.Manifest;

namespace DevPortal.Kubernetes;

/// <summary>Who needs whom, read from the expressions of the manifest.</summary>
internal sealed partial class Edges(AppManifest manifest)
{
    /// <summary>Every resource that a resource's environment leads to, also through connection strings; not what those need themselves.</summary>
    public IReadOnlySet<string> From(string resource)
    {
        var found = new HashSet<string>();
        foreach (var text in manifest.Resources[resource].Env.Values) Follow(text, found);
        found.Remove(resource);
        return found;
    }

    /// <summary>Every resource that a value or a connection string is made of.</summary>
    public IReadOnlySet<string> Behind(string resource)
    {
        var found = new HashSet<string>();
        Follow($"{{{resource}.value}}", found);
        return found;
    }

    public IEnumerable<string> ProjectsFrom(string resource) => From(resource).Where(other => manifest.Resources[other].Type == Resource.Project);

    public IEnumerable<string> ContainersFrom(string resource) => From(resource).Where(other => manifest.Resources[other].Type == Resource.Container);

    public IEnumerable<string> CallersOf(string resource) =>
        manifest.Resources.Where(other => other.Value.Type == Resource.Project && From(other.Key).Contains(resource)).Select(other => other.Key);

    private void Follow(string text, HashSet<string> found)
    {
        foreach (var name in Expression().Matches(text).Select(match => match.Groups["name"].Value))
        {
            if (!found.Add(name)) continue;
            var resource = manifest.Resources[name];
            Follow(resource.ConnectionString ?? "", found);
            // A parameter's value names itself.
            Follow(resource.Value ?? "", found);
        }
    }

    [GeneratedRegex(@"\{(?<name>[a-z][a-z0-9-]*)\.")]
    private static partial Regex Expression();
}
