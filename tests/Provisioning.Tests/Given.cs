using DevPortal.Contracts.Catalog;
using DevPortal.Contracts.Credentials;
using DevPortal.Contracts.Identity;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Xunit;

namespace DevPortal.Provisioning.Tests;

/// <summary>The states that decisions start from, without any server.</summary>
static class Given
{
    public static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
    public static readonly Guid Team = Guid.NewGuid(), OtherTeam = Guid.NewGuid();
    public static readonly CurrentUser Consumer = new(Guid.NewGuid(), UserRole.Member, Guid.NewGuid(), [Team], null);
    public static readonly CurrentUser Admin = new(Guid.NewGuid(), UserRole.Admin, Guid.NewGuid(), [], null);
    public static readonly KnownUser Requester = new(Consumer.Id, 1, UserStatus.Active, UserRole.Member, Consumer.OrganisationId, [Team], null, 0);
    public static readonly KnownApp App = new(Guid.NewGuid(), 1, Consumer.Id, "Storm watch", false);
    public static readonly KnownProduct Weather = Product("Weather"), Maps = Product("Maps");
    public static readonly KnownPlan Plan = new(Guid.NewGuid(), 1, "tyk", "org", "plan-policy", "Bronze", null, 5, 60, 1000, 86400, 3600);
    public static readonly KnownCatalog Catalog = new(Guid.NewGuid(), 1, "Public", CatalogVisibility.Public, [], [Weather.Id, Maps.Id], [Plan.Id]);

    public static readonly Offer Offered = OfferOf([Weather, Maps], Plan, Catalog);
    public static readonly SubmitRequest.Input Input = new(App.Id, [Weather.Id, Maps.Id], Plan.Id, "For the storm page");

    public static readonly ProvisioningRequest Pending = ProvisioningRequest.Create(SubmitRequest.Decide(Input, Consumer, App, Offered, Guid.CreateVersion7(Now), Now));
    public static readonly ProvisioningRequest Approved = Pending.After(ApproveRequest.Decide(Pending, new("Fine"), Admin, Offered, Now));
    public static readonly ProvisioningRequest Provisioned = Approved.After(Report(1, CredentialStep.Issued), Report(2, CredentialStep.Activated));
    public static readonly ProvisioningRequest Failed = Approved.After(Report(1, CredentialStep.Issued), Report(2, CredentialStep.Refused));

    public static KnownProduct Product(string title) => new(Guid.NewGuid(), 1, "tyk", "org", $"policy-{title}", title, true, null, "authToken");

    public static Offer OfferOf(KnownProduct[] products, KnownPlan? plan, params KnownCatalog[] catalogs) =>
        new([.. products.Select(product => product.Id)], plan?.Id ?? Guid.NewGuid(), null, products, plan, catalogs);

    public static CredentialReported Report(long version, CredentialStep step, string? waitingFor = null) => new(
        App.Id, version, step, StateAfter(step), waitingFor,
        step is CredentialStep.Activated or CredentialStep.RotationStarted or CredentialStep.Rotated ? Receipt(Now.AddSeconds(version)) : null,
        null, step == CredentialStep.Refused ? "400: the policy is not known" : null, Now.AddSeconds(version));

    public static Receipt Receipt(DateTimeOffset at) => new(at, ["policy-Weather", "plan-policy"], null, 5, 60, 1000, 86400);

    public static CredentialState StateAfter(CredentialStep step) => step switch
    {
        CredentialStep.Issued or CredentialStep.Waiting => CredentialState.Issuing,
        CredentialStep.Activated or CredentialStep.Rotated or CredentialStep.Found => CredentialState.Active,
        CredentialStep.RotationStarted => CredentialState.Rotating,
        CredentialStep.Refused => CredentialState.Refused,
        CredentialStep.RevocationAsked => CredentialState.Revoking,
        CredentialStep.Revoked => CredentialState.Revoked,
        _ => CredentialState.Lost,
    };

    public static ProvisioningRequest After(this ProvisioningRequest request, params object[] events) =>
        events.Aggregate(request, (state, happened) => happened switch
        {
            RequestApproved e => state.Apply(e),
            RequestRejected e => state.Apply(e),
            RequestWithdrawn e => state.Apply(e),
            RetryAsked e => state.Apply(e),
            RequestRevoked e => state.Apply(e),
            CredentialReported e => state.Apply(e),
            _ => throw new ArgumentException($"{happened.GetType().Name} is no event of a request.", nameof(events)),
        });

    public static void Refused(Refusal? refusal, int status, string code, string? field = null)
    {
        Assert.NotNull(refusal);
        Assert.Equal((status, code, field), (refusal.Status, refusal.Code, refusal.Field));
    }
}
