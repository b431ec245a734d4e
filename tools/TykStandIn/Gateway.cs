
namespace DevPortal.TykStandIn;

/// <summary>All that the gateway knows. Whoever reads or changes it holds <see cref="Gate"/>; nothing in here waits.</summary>
sealed class Gateway : IDisposable
{
    public Gateway(StandInOptions options, TimeProvider clock)
    {
        var shelf = new FileShelf(options.StateFolder);
        Options = options;
        Clock = clock;
        Tokens = new(options.Hash, options.Unhashed);
        Definitions = new(shelf);
        Keys = new(shelf, Tokens);
        Counters = new(shelf, clock);
        Cache = new(options.SessionCache, clock);
        if (options.LoadFolder is { } folder && Definitions.IsEmpty) Skipped = new DumpFolder(Definitions, folder).Fill();
    }

    public IReadOnlyList<string> Skipped { get; } = [];

    public Lock Gate { get; } = new();

    public StandInOptions Options { get; }

    public TimeProvider Clock { get; }

    public KeyTokens Tokens { get; }

    public DefinitionStore Definitions { get; }

    public KeyStore Keys { get; }

    public Counters Counters { get; }

    public SessionCache Cache { get; }

    /// <summary>Forgets what a key has used: its own counter and those of the scopes in its rights.</summary>
    public void ResetCounters(string keyId, Session session)
    {
        Counters.Remove(keyId);
        foreach (var scope in session.AccessRights.Values.Select(r => r.AllowanceScope).Distinct())
        {
            if (!string.IsNullOrEmpty(scope)) Counters.Remove($"{scope}-{keyId}");
        }
    }

    /// <summary>Applies the loaded policies; see <see cref="PolicyMerge.Apply"/>.</summary>
    public string? Merge(Session session, string? apiOrganisation = null) =>
        PolicyMerge.Apply(session, Definitions.FindPolicy, apiOrganisation);

    public void Dispose() => Counters.Dispose();
}
