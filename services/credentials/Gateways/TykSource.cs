using DevPortal.Tyk;

namespace DevPortal.Credentials;

/// <summary>One gateway and what is known of it: whether it may be a source at all, and its sentinel.</summary>
sealed class TykSource(string name, TykSourceOptions options, GatewayTimeouts timeouts, Installation installation, TimeProvider time) : IDisposable
{
    /// <summary>Credentials that are worked on at once, so that a hanging gateway takes nothing else with it.</summary>
    public const int AtOnce = 8;

    static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1), AskRefusedAgain = TimeSpan.FromSeconds(10);

    readonly GatewayAddress address = new(new Uri(options.Url), new SecretText(options.Secret), options.OrgId);
    readonly SemaphoreSlim preparing = new(1, 1);
    volatile KeyHash? sentinel;
    volatile SourceTrouble? trouble;
    long troubleAt;

    public string Name => name;

    public string OrgId => options.OrgId;

    /// <summary>After this a create that was not answered is not carried out any more: its own time-out, and what Tyk may take after it.</summary>
    public TimeSpan LongestCreate => timeouts.Create + timeouts.Other;

    /// <summary>Why nothing can be done there now; null if all is well, or nobody asked yet.</summary>
    public SourceTrouble? Trouble => trouble;

    /// <summary>When it last became usable or unusable; null before the first look.</summary>
    public DateTimeOffset? Since { get; private set; }

    /// <summary>A connection of one's own.</summary>
    public GatewayLane NewLane() => new(address, timeouts);

    /// <summary>Makes sure of the sentinel; the first who comes makes it, the others wait for him. Takes at most two creates.</summary>
    public async Task<SourceTrouble?> PrepareAsync(GatewayLane lane, CancellationToken ct)
    {
        if (sentinel is not null) return null;
        await preparing.WaitAsync(ct);
        try
        {
            if (sentinel is not null) return null;
            if (trouble is { } known && time.GetElapsedTime(troubleAt) < (known.IsRefused ? AskRefusedAgain : AskAgain)) return known;
            SourceTrouble? found = null;
            // The id is this installation's, so that making it again changes nothing.
            switch (await lane.CreateSentinel(installation.PortalId, ct))
            {
                case KeyCreation.Created created when SourceCheck.Refuse(created) is { } refusal:
                    found = new SourceTrouble($"the source {name} is refused: {refusal.Reason}; {refusal.Remedy}", IsRefused: true);
                    break;
                case KeyCreation.Created created:
                    sentinel = created.Hash;
                    break;
                case KeyCreation.Refused(var message):
                    found = new SourceTrouble($"the source {name} refuses our sentinel key: {message}", IsRefused: true);
                    break;
                case KeyCreation.Failed(var reason, _):
                    found = new SourceTrouble(reason, IsRefused: false);
                    break;
            }

            Note(found);
            return found;
        }
        finally
        {
            preparing.Release();
        }
    }

    /// <summary>Makes calls that may be believed about what is missing, see <see cref="GatewayLane.BelievedAsync"/>.</summary>
    public async Task<Pass<T>> BelievedAsync<T>(GatewayLane lane, Func<TykGateway, CancellationToken, Task<T>> pass, CancellationToken ct)
    {
        if (await PrepareAsync(lane, ct) is { } why) return new Pass<T>.NotMade(why.Reason, SentinelMissing: false);
        if (sentinel is not { } known) return new Pass<T>.NotMade("the sentinel key is made again", SentinelMissing: false);
        var made = await lane.BelievedAsync(known, pass, ct);
        return made is Pass<T>.NotMade { SentinelMissing: true } missing && await JudgeAsync(lane, known, ct) is { } verdict
            ? missing with { Reason = verdict }
            : made;
    }

    /// <summary>Looks whether it is reachable and holds our sentinel, for <c>/health</c>.</summary>
    public async Task CheckAsync(GatewayLane lane, CancellationToken ct)
    {
        var seen = await BelievedAsync(lane, static (_, _) => Task.FromResult(true), ct);
        // A refusal was noted where it was found.
        if (trouble is { IsRefused: true } && seen is Pass<bool>.NotMade) return;
        Note(seen switch
        {
            Pass<bool>.NotMade(var reason, _) => new SourceTrouble(reason, IsRefused: false),
            Pass<bool>.Doubted(_, var reason) => new SourceTrouble($"what is missing there can't be told: {reason}", IsRefused: false),
            _ => null,
        });
    }

    /// <summary>The sentinel read as 404: the store is lost, or only the sentinel; then a new one is made. Each credential is judged by its own read.</summary>
    async Task<string?> JudgeAsync(GatewayLane lane, KeyHash missing, CancellationToken ct)
    {
        await preparing.WaitAsync(ct);
        try
        {
            if (!Equals(sentinel, missing)) return "the sentinel key was made again";
            if (trouble is { } known && time.GetElapsedTime(troubleAt) < AskAgain) return known.Reason;
            switch (await lane.JudgeSentinel(missing, ct))
            {
                case SentinelVerdict.Gone:
                    sentinel = null;
                    return "the sentinel key was lost and is made again";
                case SentinelVerdict.CannotTell(var reason):
                    Note(new SourceTrouble($"the gateway does not find our sentinel key, so its store may be lost ({reason})", IsRefused: false));
                    return trouble!.Reason;
                default:
                    return null;
            }
        }
        finally
        {
            preparing.Release();
        }
    }

    void Note(SourceTrouble? found)
    {
        if (Since is null || found is null != trouble is null) Since = time.GetUtcNow();
        troubleAt = time.GetTimestamp();
        trouble = found;
    }

    public void Dispose() => preparing.Dispose();
}

/// <summary>Why a source can't be used now.</summary>
/// <param name="Reason">For people: what it is and, where somebody must act, the remedy.</param>
/// <param name="IsRefused">True: it stays so until the gateway's configuration changes.</param>
sealed record SourceTrouble(string Reason, bool IsRefused);
