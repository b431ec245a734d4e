
namespace DevPortal.TykStandIn;

/// <summary>Tyk's in-memory cache: a key once seen is not looked up again for 10 s, whatever happens to its record. Off unless asked for.</summary>
sealed class SessionCache(bool isOn, TimeProvider clock)
{
    static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);

    readonly Dictionary<string, (FoundKey Key, DateTimeOffset Until)> seen = [];

    public FoundKey? GetOrFind(string key, Func<FoundKey?> find)
    {
        if (!isOn) return find();
        var now = clock.GetUtcNow();
        if (seen.TryGetValue(key, out var kept) && kept.Until > now) return kept.Key with { Session = TykJson.Copy(kept.Key.Session) };
        if (find() is not { } found) return null;
        seen[key] = (found with { Session = TykJson.Copy(found.Session) }, now + Kept);
        return found;
    }
}
