using DevPortal.Contracts.Credentials;
using DevPortal.Contracts.Provisioning;
using DevPortal.Eventing;

namespace DevPortal.Credentials;

/// <summary>Where a credential is after an event: all that the announcement needs, so that the relay looks nothing up.</summary>
public sealed record Standing(Guid CredentialId, Guid AppId, Guid RequestId, CredentialState State, string? WaitingFor, Receipt? Receipt);

/// <summary>Every event that others hear of.</summary>
public interface ICredentialEvent
{
    Standing Now { get; }

    DateTimeOffset OccurredAt { get; }
}

public sealed record CredentialIssued(
    Standing Now, Guid RequesterId, Guid ApprovedBy, Grant Grant, Guid CorrelationId, DateTimeOffset OccurredAt) : ICredentialEvent;

/// <summary>The gateway had refused; somebody wants it tried again.</summary>
/// <param name="Generation">Number of the key that is tried now.</param>
public sealed record CredentialRetried(Standing Now, int Generation, Guid By, DateTimeOffset OccurredAt) : ICredentialEvent;

/// <summary>What it waits for at the gateway changed; null in <see cref="Standing.WaitingFor"/>: it waits no more.</summary>
public sealed record CredentialWaiting(Standing Now, DateTimeOffset OccurredAt) : ICredentialEvent;

/// <summary>The key is at the gateway and was read back.</summary>
/// <param name="Hint">What may be shown of the key for ever.</param>
/// <param name="RevealUntil">After this it can't be revealed any more, only rotated.</param>
public sealed record CredentialActivated(Standing Now, string Hint, DateTimeOffset RevealUntil, DateTimeOffset OccurredAt) : ICredentialEvent;

/// <summary>The gateway will never accept it as it is.</summary>
public sealed record CredentialRefused(Standing Now, string Reason, DateTimeOffset OccurredAt) : ICredentialEvent;

/// <param name="Generation">Number of the key that takes over; the first one is 1.</param>
public sealed record RotationStarted(Standing Now, int Generation, Guid By, DateTimeOffset OccurredAt) : ICredentialEvent;

/// <summary>The new key is at the gateway and was read back; the old one is to go.</summary>
public sealed record CredentialRotated(Standing Now, string Hint, DateTimeOffset RevealUntil, DateTimeOffset OccurredAt) : ICredentialEvent;

public sealed record RevocationAsked(Standing Now, Guid By, string Reason, DateTimeOffset OccurredAt) : ICredentialEvent;

/// <summary>Confirmed: no key of it is at the gateway.</summary>
public sealed record CredentialRevoked(Standing Now, Guid? By, string? Reason, DateTimeOffset OccurredAt) : ICredentialEvent;

/// <summary>Its key is not at the gateway, and nobody here asked for that. Nothing is made again behind anybody's back.</summary>
public sealed record CredentialLost(Standing Now, DateTimeOffset OccurredAt) : ICredentialEvent;

public sealed record CredentialFound(Standing Now, DateTimeOffset OccurredAt) : ICredentialEvent;

/// <summary>The owner saw the key, for the one time that there is.</summary>
public sealed record CredentialRevealed(Guid CredentialId, Guid By, DateTimeOffset OccurredAt);

/// <summary>The revocation was heard before the approval: it sticks.</summary>
public sealed record RevokedBeforeIssue(Guid CredentialId, Guid RequestId, Guid By, string Reason, DateTimeOffset OccurredAt);

/// <summary>One request's credential: the desired state. What is known of its keys at the gateway lies outside the events, see <see cref="KeyVault"/>.</summary>
/// <param name="Generation">The key that is wanted; grows with each rotation.</param>
/// <param name="Grant">Null only while nothing but a revocation was heard.</param>
public sealed record Credential(
    Guid Id, Guid RequestId, CredentialState State, Guid AppId, Grant? Grant, Guid CorrelationId, DateTimeOffset IssuedAt, int Generation,
    string? WaitingFor = null, Receipt? Receipt = null, DateTimeOffset? EffectiveSince = null, string? Hint = null,
    DateTimeOffset? RevealUntil = null, bool IsRevealed = false, Guid? RevokedBy = null, string? Reason = null,
    DateTimeOffset? EndingSince = null)
{
    /// <summary>One credential per request, whoever computes it and however often the approval is heard.</summary>
    public static Guid IdOf(Guid requestId) => DeterministicId.Of($"credential/{requestId}");

    /// <summary>Whether it is waiting to be taken away, or was.</summary>
    public bool IsEnding => State is CredentialState.Revoking or CredentialState.Revoked;

    /// <summary>Keys of earlier generations are to go; while it rotates the old one stays until the new one is active.</summary>
    public int FirstWanted => State switch
    {
        CredentialState.Rotating => Generation - 1,
        CredentialState.Issuing or CredentialState.Active or CredentialState.Lost => Generation,
        _ => int.MaxValue,
    };

    /// <summary>Where it will stand after an event that changes what is given.</summary>
    public Standing Becomes(CredentialState state, string? waitingFor = null, Receipt? receipt = null) => new(Id, AppId, RequestId, state, waitingFor, receipt ?? Receipt);

    public static Credential Create(CredentialIssued e) => new(
        e.Now.CredentialId, e.Now.RequestId, e.Now.State, e.Now.AppId, e.Grant, e.CorrelationId, e.OccurredAt, Generation: 1);

    public static Credential Create(RevokedBeforeIssue e) => new(
        e.CredentialId, e.RequestId, CredentialState.Revoked, Guid.Empty, null, Guid.Empty, e.OccurredAt, Generation: 0, RevokedBy: e.By, Reason: e.Reason);

    public Credential Apply(CredentialIssued e) => At(e.Now) with
    {
        AppId = e.Now.AppId,
        Grant = e.Grant,
        CorrelationId = e.CorrelationId,
        IssuedAt = e.OccurredAt,
        Generation = 1,
    };

    public Credential Apply(CredentialRetried e) => At(e.Now) with { Reason = null, Generation = e.Generation };

    public Credential Apply(CredentialWaiting e) => At(e.Now);

    public Credential Apply(CredentialActivated e) => At(e.Now) with { Hint = e.Hint, RevealUntil = e.RevealUntil, IsRevealed = false, EffectiveSince = e.Now.Receipt?.ReadBackAt };

    public Credential Apply(CredentialRefused e) => At(e.Now) with { Reason = e.Reason };

    public Credential Apply(RotationStarted e) => At(e.Now) with { Generation = e.Generation };

    public Credential Apply(CredentialRotated e) => At(e.Now) with { Hint = e.Hint, RevealUntil = e.RevealUntil, IsRevealed = false };

    public Credential Apply(RevocationAsked e) => At(e.Now) with { RevokedBy = e.By, Reason = e.Reason, EndingSince = e.OccurredAt };

    public Credential Apply(CredentialRevoked e) => At(e.Now);

    public Credential Apply(CredentialLost e) => At(e.Now);

    public Credential Apply(CredentialFound e) => At(e.Now);

    public Credential Apply(CredentialRevealed _) => this with { IsRevealed = true };

    Credential At(Standing now) => this with { State = now.State, WaitingFor = now.WaitingFor, Receipt = now.Receipt };
}
