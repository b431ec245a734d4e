using Microsoft.Extensions.Options;

namespace DevPortal.Credentials;

/// <summary>All sources that have a gateway.</summary>
sealed class TykSources(IOptions<TykOptions> options, Installation installation, TimeProvider time) : IDisposable
{
    readonly Dictionary<string, TykSource> byName = options.Value.Sources.Where(source => source.Value.HasGateway)
        .ToDictionary(source => source.Key, source => new TykSource(source.Key, source.Value, options.Value.Timeouts, installation, time), StringComparer.Ordinal);

    public IReadOnlyCollection<TykSource> All => byName.Values;

    /// <summary>What a credential waits for whose source has no gateway.</summary>
    public static string NoneFor(string source) => $"no gateway is configured for the source {source}";

    public TykSource? Find(string name) => byName.GetValueOrDefault(name);

    public void Dispose()
    {
        foreach (var source in byName.Values) source.Dispose();
    }
}
