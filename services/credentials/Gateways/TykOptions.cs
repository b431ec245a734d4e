using System.ComponentModel.DataAnnotations;
using DevPortal.Tyk;

namespace DevPortal.Credentials;

/// <summary>The configured sources, section <c>Tyk</c>.</summary>
public sealed record TykOptions : IValidatableObject
{
    /// <summary>By name; the name stands in grants.</summary>
    public Dictionary<string, TykSourceOptions> Sources { get; init; } = [];

    /// <summary>Longest wait for a create; Tyk takes 10 s to fail one when its store hangs.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:12")]
    public TimeSpan CreateTimeout { get; init; } = GatewayTimeouts.Default.Create;

    /// <summary>Longest wait for any other call.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:05")]
    public TimeSpan CallTimeout { get; init; } = GatewayTimeouts.Default.Other;

    public GatewayTimeouts Timeouts => new(CreateTimeout, CallTimeout);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from source in Sources
        where source.Value.HasGateway
        from problem in source.Value.Problems($"Tyk:Sources:{source.Key}")
        select new ValidationResult(problem);
}

/// <summary>One source. Without a <see cref="Url"/> it has no gateway, and credentials wait.</summary>
public sealed record TykSourceOptions
{
    /// <summary>The gateway's control API: one node, or a TCP balancer.</summary>
    public string Url { get; init; } = "";

    public string Secret { get; init; } = "";

    /// <summary>The one Tyk organisation of the source.</summary>
    public string OrgId { get; init; } = "";

    public bool HasGateway => Url.Length > 0;

    /// <summary>Never prints the secret.</summary>
    public override string ToString() => Url;

    internal IEnumerable<string> Problems(string path)
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")) yield return $"{path}:Url must be an http address.";
        if (Secret.Length == 0) yield return $"{path}:Secret is missing: it opens the gateway's control API.";
        if (OrgId.Length == 0) yield return $"{path}:OrgId is missing: keys without organisation find no policy.";
    }
}
