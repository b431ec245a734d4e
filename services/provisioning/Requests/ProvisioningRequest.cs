using DevPortal.Contracts.Credentials;
using DevPortal.Contracts.Provisioning;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;

namespace DevPortal.Provisioning;

/// <summary>Somebody asks for access. Keeps what was offered to him, as it was then.</summary>
public sealed record RequestSubmitted(
    Guid RequestId, Guid AppId, string AppName, OfferedProduct[] Products, OfferedPlan Plan, Guid CatalogId, string CatalogName,
    Guid By, string Reason, Guid CorrelationId, DateTimeOffset OccurredAt);

public sealed record RequestApproved(Guid AppId, Guid RequesterId, Guid By, string? Note, Grant Grant, DateTimeOffset OccurredAt);

public sealed record RequestRejected(Guid By, string Reason, DateTimeOffset OccurredAt);

public sealed record RequestWithdrawn(Guid By, DateTimeOffset OccurredAt);

/// <summary>What the gateway had refused is to be tried again.</summary>
public sealed record RetryAsked(Guid By, DateTimeOffset OccurredAt);

public sealed record RequestRevoked(Guid By, string Reason, DateTimeOffset OccurredAt);

/// <summary>The request's credential took a step. <paramref name="Version"/> is that of the credential's stream in its own service.</summary>
public sealed record CredentialReported(
    Guid CredentialId, long Version, CredentialStep Step, CredentialState State, string? WaitingFor, Receipt? Receipt, Guid? By, string? Reason,
    DateTimeOffset OccurredAt);

/// <summary>A product as it was offered.</summary>
public sealed record OfferedProduct(Guid Id, string Title, string Source, string OrgId, string PolicyId);

/// <summary>A plan as it was offered: calls per seconds, quota per seconds, lifetime in seconds; null = unlimited.</summary>
public sealed record OfferedPlan(
    Guid Id, string Title, string PolicyId, double? Rate, double? Per, long? Quota, long? QuotaRenewal, long? KeyLifetime);

/// <summary>Where a request is in its life.</summary>
public enum RequestState { Pending, Approved, Provisioned, ProvisioningFailed, Rejected, Withdrawn, Revoked }

/// <summary>Who decided, when and why.</summary>
public sealed record Decision(Guid By, DateTimeOffset At, string? Reason);

/// <summary>May this app use these products on this plan? The state after all events of the request's stream.</summary>
public sealed record ProvisioningRequest(
    Guid Id, long Version, RequestState State, Guid AppId, string AppName, OfferedProduct[] Products, OfferedPlan Plan, Guid CatalogId, string CatalogName,
    Guid RequesterId, string Reason, Guid CorrelationId, DateTimeOffset SubmittedAt)
{
    /// <summary>Approval, rejection or withdrawal.</summary>
    public Decision? Decided { get; init; }

    public Decision? Revoked { get; init; }

    public Grant? Granted { get; init; }

    /// <summary>The latest that is known of its credential.</summary>
    public CredentialReported? Credential { get; init; }

    /// <summary>The latest report with a receipt: what proves that access was effective.</summary>
    public CredentialReported? Activation { get; init; }

    /// <summary>Version of the credential whose refusal is being tried again; refusals up to it count no more.</summary>
    public long RetriedFrom { get; init; }

    public Guid[] ProductIds => [.. Products.Select(product => product.Id)];

    /// <summary>Whether it still asks for, or gives, what it names; until <see cref="HasEnded"/>, which time brings without an event.
    /// A key that was revoked by itself leaves the way free for a new request.</summary>
    public bool IsOpen => State is RequestState.Pending or RequestState.Approved or RequestState.Provisioned or RequestState.ProvisioningFailed
        && Credential?.State is not (CredentialState.Revoking or CredentialState.Revoked);

    /// <summary>What was granted is over: whoever needs it longer asks again.</summary>
    public bool HasEnded(DateTimeOffset now) => Granted?.ExpiresAt <= now;

    /// <summary>People see their own requests, admins all.</summary>
    public bool IsVisibleTo(CurrentUser viewer) => viewer.IsAdmin || viewer.Id == RequesterId;

    /// <summary>409 in any other state, telling which it is in.</summary>
    public Refusal? RefuseUnless(params RequestState[] states) => states.Contains(State)
        ? null
        : Refusal.Conflict("wrong-state", $"The request is {State}: this can't be done any more, or not yet.");

    public static ProvisioningRequest Create(RequestSubmitted e) => new(
        e.RequestId, 1, RequestState.Pending, e.AppId, e.AppName, e.Products, e.Plan, e.CatalogId, e.CatalogName, e.By, e.Reason, e.CorrelationId, e.OccurredAt);

    public ProvisioningRequest Apply(RequestApproved e) => Next() with
    {
        State = RequestState.Approved,
        Decided = new(e.By, e.OccurredAt, e.Note),
        Granted = e.Grant,
    };

    public ProvisioningRequest Apply(RequestRejected e) => Next() with { State = RequestState.Rejected, Decided = new(e.By, e.OccurredAt, e.Reason) };

    public ProvisioningRequest Apply(RequestWithdrawn e) => Next() with { State = RequestState.Withdrawn, Decided = new(e.By, e.OccurredAt, null) };

    public ProvisioningRequest Apply(RetryAsked _) => Next() with { State = RequestState.Approved, RetriedFrom = Credential?.Version ?? 0 };

    public ProvisioningRequest Apply(RequestRevoked e) => Next() with { State = RequestState.Revoked, Revoked = new(e.By, e.OccurredAt, e.Reason) };

    /// <summary>Reports arrive in any order: the credential's own version says which is the latest.</summary>
    public ProvisioningRequest Apply(CredentialReported e)
    {
        var informed = Next() with { Credential = Later(Credential, e), Activation = e.Receipt is null ? Activation : Later(Activation, e) };
        return informed with { State = informed.StateByReports(informed.Credential!) };
    }

    static CredentialReported Later(CredentialReported? known, CredentialReported heard) => known is null || heard.Version > known.Version ? heard : known;

    RequestState StateByReports(CredentialReported latest) => (State, latest.State) switch
    {
        (not (RequestState.Approved or RequestState.Provisioned or RequestState.ProvisioningFailed), _) => State,
        (_, CredentialState.Refused) => latest.Version > RetriedFrom ? RequestState.ProvisioningFailed : RequestState.Approved,
        (_, CredentialState.Issuing) => RequestState.Approved,
        _ => Activation is null ? RequestState.Approved : RequestState.Provisioned,
    };

    // The stream's version, for the ETag.
    ProvisioningRequest Next() => this with { Version = Version + 1 };
}
