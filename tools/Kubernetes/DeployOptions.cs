using System.Text.RegularExpressions;

namespace DevPortal.Kubernetes;

/// <summary>How the portal is to be deployed.</summary>
/// <param name="Registry">Where the images are, with a path if there is one: <c>ghcr.io/acme</c>.</param>
/// <param name="Tag">The images' tag; also the label <c>app.kubernetes.io/version</c>.</param>
public sealed partial record DeployOptions(string Registry, string Tag)
{
    /// <summary>PostgreSQL and RabbitMQ are there already: connection strings come whole out of a Secret, and no server is deployed.</summary>
    public bool External { get; init; }

    /// <summary>Name of a Secret that exists; null: one is written.</summary>
    public string? Secret { get; init; }

    /// <summary>With <see cref="External"/>: the Secret with the connection strings.</summary>
    public string ConnectionsSecret { get; init; } = "devportal-connections";

    /// <summary>Values of parameters, and with <see cref="External"/> of connection strings.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    public int Replicas { get; init; } = 2;

    public string? IngressClass { get; init; }

    /// <summary>Namespace of the ingress controller; null: the gateway may be called from every namespace.</summary>
    public string? IngressNamespace { get; init; }

    /// <summary>Namespace of Prometheus; null: metrics may be read from every namespace.</summary>
    public string? MetricsNamespace { get; init; }

    /// <summary>Network of Tyk's control API, in CIDR form.</summary>
    public string TykNetwork { get; init; } = "0.0.0.0/0";

    /// <summary>Namespace of a Tyk in the same cluster; wins over <see cref="TykNetwork"/>.</summary>
    public string? TykNamespace { get; init; }

    /// <summary>A PersistentVolumeClaim that exists and holds a dump of Tyk; it is mounted, to read, where the parameter <c>tyk-path</c> says.</summary>
    public string? TykDumpClaim { get; init; }

    /// <summary>Address of an OpenTelemetry collector that takes OTLP; null: nothing is sent.</summary>
    public string? OtlpEndpoint { get; init; }

    internal Uri? Collector => Uri.TryCreate(OtlpEndpoint, UriKind.Absolute, out var address) ? address : null;

    /// <summary>Namespace of the collector, if it is in the cluster; wins over <see cref="OtlpNetwork"/>.</summary>
    public string? OtlpNamespace { get; init; }

    /// <summary>Network of the collector, in CIDR form.</summary>
    public string OtlpNetwork { get; init; } = "0.0.0.0/0";

    /// <summary>With <see cref="External"/>: network of the servers, in CIDR form.</summary>
    public string ServersNetwork { get; init; } = "0.0.0.0/0";

    /// <summary>Networks whose word about the client's address the gateway takes: the ingress controller's.</summary>
    public string? TrustedProxies { get; init; }

    /// <summary>What each trial server keeps at most.</summary>
    public string Storage { get; init; } = "10Gi";

    /// <exception cref="InvalidDataException">Registry or tag can't be part of an image's name.</exception>
    public void Check()
    {
        if (!RegistryName().IsMatch(Registry)) throw new InvalidDataException($"'{Registry}' is no registry: ghcr.io/acme would be one.");
        if (!TagName().IsMatch(Tag)) throw new InvalidDataException($"'{Tag}' is no tag that is a label too: letters, digits, '.', '_' and '-', at most 63.");
        if (OtlpEndpoint is not null && Collector is not { Scheme: "http" or "https" }) throw new InvalidDataException($"'{OtlpEndpoint}' is no address of a collector: http://collector.monitoring:4317 would be one.");
    }

    // Parameters hold secrets.
    public override string ToString() => $"{Registry}:{Tag}";

    [GeneratedRegex("^[a-z0-9]([a-z0-9.:/_-]*[a-z0-9])?$")]
    private static partial Regex RegistryName();

    [GeneratedRegex("^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$")]
    private static partial Regex TagName();
}
