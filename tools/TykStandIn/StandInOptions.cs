using System.ComponentModel.DataAnnotations;

namespace DevPortal.TykStandIn;

/// <summary>How a stand-in behaves; the same names are command-line options (<c>--session-cache</c>) and configuration (<c>TykStandIn:SessionCache</c>).</summary>
public sealed class StandInOptions
{
    public const string Section = "TykStandIn";

    /// <summary>Loopback port of the gateway; 0 takes a free one.</summary>
    [Range(0, 65535)]
    public int Port { get; set; }

    /// <summary>Loopback port of the fault surface, reachable also while the gateway refuses connections; 0 takes a free one.</summary>
    [Range(0, 65535)]
    public int AdminPort { get; set; }

    /// <summary>The gateway's secret, sent in <c>X-Tyk-Authorization</c>.</summary>
    [Required]
    public string Secret { get; set; } = "";

    /// <summary>True for a gateway with <c>enable_hashed_keys_listing: false</c>: it refuses to list keys.</summary>
    public bool Unlisted { get; set; }

    /// <summary>True for a gateway with <c>hash_keys: false</c>.</summary>
    public bool Unhashed { get; set; }

    /// <summary>Tyk's <c>hash_key_function</c>; <see cref="HashFunction.Legacy"/> is the empty one: 8-digit hashes, tokens without algorithm.</summary>
    public HashFunction Hash { get; set; } = HashFunction.Murmur64;

    /// <summary>True for a gateway that keeps sessions in memory for 10 s, so that a deleted or changed key goes on working that long.</summary>
    public bool SessionCache { get; set; }

    /// <summary>Folder that keeps policies, APIs, keys and counters across restarts; null keeps them in memory only.</summary>
    public string? StateFolder { get; set; }

    /// <summary>A tyk-sync dump (<c>.tyk.json</c>) or an open-source gateway's <c>policies/</c> + <c>apps/</c>; fills the gateway when it is empty.</summary>
    public string? LoadFolder { get; set; }

    /// <summary>Never prints the secret.</summary>
    public override string ToString() =>
        $"port {Port}, admin port {AdminPort}, {(Unhashed ? "keys not hashed" : $"keys hashed by {Hash}")}{(Unlisted ? ", not listed" : "")}";
}
