using DevPortal.Contracts.Provisioning;
using DevPortal.Tyk;
using JasperFx.Events;
using Marten;

namespace DevPortal.Credentials;

/// <summary>One round of work on one credential: what is wanted, what is known, and the right to act.</summary>
sealed record Work(
    Lease Lease, TykSource? Source, GatewayLane? Lane, IDocumentSession Session, IEventStream<Credential> Stream, Credential Credential, Grant Grant,
    IReadOnlyList<MintedKey> Keys)
{
    /// <summary>The key that is wanted; null before it was minted.</summary>
    public MintedKey? Wanted => Keys.FirstOrDefault(key => key.Generation == Credential.Generation);
}

/// <summary>What a part of a round came to.</summary>
abstract record Step
{
    private Step()
    {
    }

    /// <summary>As it should be. <see cref="LookAgain"/>: when to look next; null = not before something happens.</summary>
    public sealed record Settled(TimeSpan? LookAgain) : Step;

    /// <summary>For people: what it waits for. Tried again after <see cref="Pause"/>, or with growing pauses where there is none.</summary>
    public sealed record Waits(string For, TimeSpan? Pause = null) : Step;

    /// <summary>Something to be recorded. <see cref="AlongWith"/>: what is written in the same transaction.</summary>
    public sealed record Happened(ICredentialEvent Event, Action<IDocumentSession>? AlongWith = null) : Step;
}
