using DevPortal.Contracts;
using DevPortal.Contracts.Provisioning;
using DevPortal.Eventing;
using JasperFx.Events;

namespace DevPortal.Provisioning;

/// <summary>All that this service says to others.</summary>
public static class Announcements
{
    public static readonly Announcing All = new(
        Of, typeof(ProvisioningRequestApproved), typeof(ProvisioningRequestRetried), typeof(ProvisioningRequestRevoked));

    static IMessage? Of(IEvent recorded) => recorded.Data switch
    {
        RequestApproved approved => new ProvisioningRequestApproved(
            Announcing.Origin(recorded, approved.OccurredAt), recorded.StreamId, approved.AppId, approved.RequesterId, approved.By, approved.Grant),
        RetryAsked retry => new ProvisioningRequestRetried(Announcing.Origin(recorded, retry.OccurredAt), recorded.StreamId, retry.By),
        RequestRevoked revoked => new ProvisioningRequestRevoked(Announcing.Origin(recorded, revoked.OccurredAt), recorded.StreamId, revoked.By, revoked.Reason),
        _ => null,
    };
}
