namespace DevPortal.LocalRun;

/// <summary>How to run the portal.</summary>
/// <param name="Manifest">The path of <c>aspire-manifest.json</c>; the repository is its folder.</param>
/// <param name="State">A folder of the run's own.</param>
/// <param name="GatewayPort">The stand-in takes the port after it.</param>
public sealed record PortalRunOptions(string Manifest, string State, int GatewayPort)
{
    /// <summary>Parameters of the manifest. Without <c>tyk-url</c> and <c>tyk-path</c>, Tyk's stand-in runs too.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Arguments for the stand-in beside its port, secret, state and samples: <c>--unlisted</c>, <c>--session-cache</c>.</summary>
    public IReadOnlyList<string> StandInArguments { get; init; } = [];

    /// <summary>How many processes of each service, and of the gateway, share its database and the broker. The first has the service's name, the second <c>identity-2</c> …</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Starts from nothing: what the state folder keeps of earlier runs is deleted.</summary>
    public bool Fresh { get; init; }

    /// <summary>Whether tools/Demo fills an empty portal before it counts as ready.</summary>
    public bool Fill { get; init; }

    /// <summary>The same, but only in front of the stand-in: somebody's real gateway is not the place for made-up people and products.</summary>
    public bool FillStandIn { get; init; }

    /// <summary>How long everything may take to become healthy.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(3);

    // Parameters hold secrets.
    public override string ToString() => $"{State}, port {GatewayPort}";
}
