using DevPortal.Contracts;
using DevPortal.Contracts.Credentials;
using DevPortal.Eventing;
using JasperFx.Events;

namespace DevPortal.Credentials;

/// <summary>All that this service says to others.</summary>
public static class Announcements
{
    public static readonly Announcing All = new(Of, typeof(AppChanged), typeof(CredentialChanged));

    internal static IMessage? Of(IEvent recorded) => recorded.Data switch
    {
        AppCreated e => new AppChanged(Announcing.Origin(recorded, e.OccurredAt), e.AppId, e.OwnerId, e.Name, Deleted: false),
        AppDescribed e => new AppChanged(Announcing.Origin(recorded, e.OccurredAt), e.AppId, e.OwnerId, e.Name, Deleted: false),
        AppDeleted e => new AppChanged(Announcing.Origin(recorded, e.OccurredAt), e.AppId, e.OwnerId, e.Name, Deleted: true),
        CredentialIssued e => Changed(recorded, e, CredentialStep.Issued, by: e.ApprovedBy),
        CredentialRetried e => Changed(recorded, e, CredentialStep.Issued, by: e.By),
        CredentialWaiting e => Changed(recorded, e, CredentialStep.Waiting),
        CredentialActivated e => Changed(recorded, e, CredentialStep.Activated),
        CredentialRefused e => Changed(recorded, e, CredentialStep.Refused, reason: e.Reason),
        RotationStarted e => Changed(recorded, e, CredentialStep.RotationStarted, by: e.By),
        CredentialRotated e => Changed(recorded, e, CredentialStep.Rotated),
        RevocationAsked e => Changed(recorded, e, CredentialStep.RevocationAsked, e.By, e.Reason),
        CredentialRevoked e => Changed(recorded, e, CredentialStep.Revoked, e.By, e.Reason),
        CredentialLost e => Changed(recorded, e, CredentialStep.Lost),
        CredentialFound e => Changed(recorded, e, CredentialStep.Found),
        // Who revealed a key, and a revocation that came before its approval, are our own matter.
        _ => null,
    };

    static CredentialChanged Changed(IEvent recorded, ICredentialEvent e, CredentialStep step, Guid? by = null, string? reason = null) => new(
        Announcing.Origin(recorded, e.OccurredAt), e.Now.CredentialId, e.Now.AppId, e.Now.RequestId, step, e.Now.State, e.Now.WaitingFor, e.Now.Receipt, by, reason);
}
