using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using DevPortal.Tyk;

namespace DevPortal.TykSync.Sources;

/// <summary>How a source is read.</summary>
public enum SourceKind { Gateway, Folder }

/// <summary>Section <c>Tyk</c> of the configuration.</summary>
public sealed partial record TykOptions : IValidatableObject
{
    /// <summary>Sources by name. One without Url and Path is none, so that a parameter left empty switches it off.</summary>
    public Dictionary<string, TykSourceOptions> Sources { get; init; } = [];

    /// <summary>Time between two runs of a source.</summary>
    public TimeSpan SyncInterval { get; init; } = TimeSpan.FromMinutes(10);

    public IReadOnlyList<TykSource> Configured() =>
        [.. Sources.Where(source => !source.Value.IsNone).OrderBy(source => source.Key, StringComparer.Ordinal).Select(source => source.Value.Named(source.Key))];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SyncInterval < TimeSpan.FromSeconds(1))
            yield return new ValidationResult("Tyk:SyncInterval must be at least a second.", [nameof(SyncInterval)]);
        foreach (var (name, source) in Sources.Where(source => !source.Value.IsNone))
        {
            if (!SourceName().IsMatch(name))
                yield return new ValidationResult($"Tyk:Sources:{name}: a source's name has lower-case letters, digits and dashes only.", [nameof(Sources)]);
            foreach (var problem in source.Problems($"Tyk:Sources:{name}"))
                yield return new ValidationResult(problem, [nameof(Sources)]);
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$")]
    private static partial Regex SourceName();
}

/// <summary>One source as it is configured; every value may be empty.</summary>
public sealed record TykSourceOptions
{
    /// <summary><c>gateway</c> or <c>folder</c>; empty: a folder where a Path is set, else a gateway.</summary>
    public string? Kind { get; init; }

    /// <summary>A tyk-sync dump, or an open-source gateway's own policies and apps.</summary>
    public string? Path { get; init; }

    /// <summary>The gateway's control API: one node or a TCP balancer.</summary>
    public string? Url { get; init; }

    /// <summary>The gateway's secret.</summary>
    public string? Secret { get; init; }

    /// <summary>The one organisation of the source; empty: the only one that is found in it.</summary>
    public string? OrgId { get; init; }

    /// <summary>Labels that are shown with the source.</summary>
    public string[] Tags { get; init; } = [];

    /// <summary>Where consumers reach the gateway.</summary>
    public string? PublicUrl { get; init; }

    public bool IsNone => string.IsNullOrWhiteSpace(Path) && string.IsNullOrWhiteSpace(Url);

    public TykSource Named(string name) => new(
        name, IsFolder ? SourceKind.Folder : SourceKind.Gateway, Value(Path), Value(Url) is { } url ? new Uri(url) : null,
        Value(Secret) is { } secret ? new SecretText(secret) : null, Value(OrgId), [.. Tags.Where(tag => tag.Length > 0)],
        Value(PublicUrl) is { } address ? new Uri(address) : null);

    public IEnumerable<string> Problems(string at)
    {
        if (Value(Kind) is { } kind && !Enum.TryParse<SourceKind>(kind, ignoreCase: true, out _))
            yield return $"{at}:Kind must be gateway or folder, not '{kind}'.";
        if (IsFolder && Value(Path) is null) yield return $"{at}:Path is missing.";
        if (!IsFolder && Value(Url) is null) yield return $"{at}:Url is missing.";
        if (!IsFolder && Value(Secret) is null) yield return $"{at}:Secret is missing: the secret of the gateway's control API.";
        if (Value(Url) is { } url && !IsHttp(url)) yield return $"{at}:Url must be an http or https address, not '{url}'.";
        if (Value(PublicUrl) is { } address && !IsHttp(address)) yield return $"{at}:PublicUrl must be an http or https address, not '{address}'.";
    }

    // A record would print all its members.
    public override string ToString() => Value(Path) ?? Value(Url) ?? "none";

    bool IsFolder => string.Equals(Value(Kind), nameof(SourceKind.Folder), StringComparison.OrdinalIgnoreCase) || (Value(Kind) is null && Value(Path) is not null);

    static string? Value(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    static bool IsHttp(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";
}

/// <summary>A source that is configured.</summary>
public sealed record TykSource(
    string Name, SourceKind Kind, string? Path, Uri? Url, SecretText? Secret, string? OrgId, string[] Tags, Uri? PublicUrl)
{
    public override string ToString() => Name;
}
