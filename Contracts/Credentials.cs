namespace DevPortal.Contracts.Credentials;

/// <summary>An app was made, renamed or deleted.</summary>
/// <param name="Origin">The event in the app's stream.</param>
/// <param name="AppId">The app.</param>
/// <param name="OwnerId">The person it belongs to.</param>
/// <param name="Name">Its name.</param>
/// <param name="Deleted">True once it is gone: nothing can be requested for it.</param>
public sealed record AppChanged(Origin Origin, Guid AppId, Guid OwnerId, string Name, bool Deleted) : IMessage;

/// <summary>Where a credential is in its life.</summary>
public enum CredentialState { Issuing, Active, Rotating, Refused, Revoking, Revoked, Lost }

/// <summary>What just happened to a credential.</summary>
public enum CredentialStep { Issued, Waiting, Activated, Refused, RotationStarted, Rotated, RevocationAsked, Revoked, Lost, Found }

/// <summary>What was read back from the gateway: the proof that access is effective.</summary>
/// <param name="ReadBackAt">When it was read (UTC).</param>
/// <param name="PolicyIds">The policies that the key has at the gateway.</param>
/// <param name="ExpiresAt">The key's expiry at the gateway; null = never.</param>
/// <param name="Rate">Calls per <paramref name="Per"/> seconds at the gateway; null = unlimited.</param>
/// <param name="Per">Seconds.</param>
/// <param name="Quota">Quota at the gateway; null = unlimited.</param>
/// <param name="QuotaRenewal">Seconds.</param>
public sealed record Receipt(
    DateTimeOffset ReadBackAt, string[] PolicyIds, DateTimeOffset? ExpiresAt, double? Rate, double? Per, long? Quota, long? QuotaRenewal);

/// <summary>A credential took a step; carries its whole state. Never carries a key or the gateway's handle of one.</summary>
/// <param name="Origin">The event in the credential's stream.</param>
/// <param name="CredentialId">The credential.</param>
/// <param name="AppId">Its app.</param>
/// <param name="RequestId">The request whose approval made it.</param>
/// <param name="Step">What just happened.</param>
/// <param name="State">Where it is now.</param>
/// <param name="WaitingFor">What it waits for at the gateway, in words for people; null if nothing.</param>
/// <param name="Receipt">The last receipt; null before the first.</param>
/// <param name="By">The person who asked for this step; null if nobody did.</param>
/// <param name="Reason">The person's or the gateway's reason.</param>
public sealed record CredentialChanged(
    Origin Origin, Guid CredentialId, Guid AppId, Guid RequestId, CredentialStep Step, CredentialState State,
    string? WaitingFor, Receipt? Receipt, Guid? By, string? Reason) : IMessage;
