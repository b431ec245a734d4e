using DevPortal.Contracts.Catalog;
using DevPortal.Contracts.Credentials;
using DevPortal.Contracts.Identity;
using DevPortal.Contracts.Provisioning;
using DevPortal.Contracts.TykSync;

namespace DevPortal.Contracts;

/// <summary>A queue at the broker: who listens to which messages.</summary>
/// <param name="Name">The queue's name: listening service, dot, subject.</param>
/// <param name="Messages">Message types that are bound to it.</param>
public sealed record Queue(string Name, params Type[] Messages);

/// <summary>All queues. A relay declares those of its messages before it publishes, so that a service which has never run
/// still hears everything (the broker confirms a message as soon as one queue has it).</summary>
public static class Queues
{
    public static readonly Queue IdentitySessions = new("identity.sessions", typeof(UserChanged));
    public static readonly Queue CatalogPeople = new("catalog.people", typeof(UserChanged), typeof(TeamChanged), typeof(PersonalAccessTokenRevoked));
    public static readonly Queue CatalogTyk = new("catalog.tyk", typeof(TykPolicyChanged), typeof(TykApiChanged));
    public static readonly Queue ProvisioningPeople = new("provisioning.people", typeof(UserChanged), typeof(PersonalAccessTokenRevoked));
    public static readonly Queue ProvisioningCatalog = new("provisioning.catalog", typeof(ProductChanged), typeof(PlanChanged), typeof(CatalogChanged));
    public static readonly Queue ProvisioningApps = new("provisioning.apps", typeof(AppChanged));
    public static readonly Queue ProvisioningCredentials = new("provisioning.credentials", typeof(CredentialChanged));
    public static readonly Queue CredentialsPeople = new("credentials.people", typeof(UserChanged), typeof(PersonalAccessTokenRevoked));
    public static readonly Queue CredentialsRequests = new("credentials.requests", typeof(ProvisioningRequestApproved), typeof(ProvisioningRequestRetried), typeof(ProvisioningRequestRevoked));
    public static readonly Queue TykSyncPeople = new("tyk-sync.people", typeof(UserChanged), typeof(PersonalAccessTokenRevoked));

    /// <summary>Every queue above.</summary>
    public static readonly Queue[] All =
    [
        IdentitySessions, CatalogPeople, CatalogTyk, ProvisioningPeople, ProvisioningCatalog, ProvisioningApps, ProvisioningCredentials,
        CredentialsPeople, CredentialsRequests, TykSyncPeople,
    ];
}
