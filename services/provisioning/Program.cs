using DevPortal.Contracts;
using DevPortal.Eventing;
using DevPortal.Provisioning;
using DevPortal.ServiceDefaults;
using JasperFx.Events.Projections;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults().AddCallers()
    .AddEventStore("provisioningdb", Announcements.All, store =>
    {
        store.HearsUsers();
        store.Projections.Snapshot<KnownProduct>(SnapshotLifecycle.Inline);
        store.Projections.Snapshot<KnownPlan>(SnapshotLifecycle.Inline);
        store.Projections.Snapshot<KnownCatalog>(SnapshotLifecycle.Inline);
        store.Projections.Snapshot<KnownApp>(SnapshotLifecycle.Inline);
        store.Projections.Snapshot<ProvisioningRequest>(SnapshotLifecycle.Inline);
        store.Projections.Add(new RequestedProducts(), ProjectionLifecycle.Inline);
        store.Schema.For<KnownCatalog>().GinIndexJsonData();
        ListRequests.AddIndexes(store);
    })
    .AddBus(
        (Queues.ProvisioningPeople, [typeof(HearUsers)]),
        (Queues.ProvisioningCatalog, [typeof(HearProducts), typeof(HearPlans), typeof(HearCatalogs)]),
        (Queues.ProvisioningApps, [typeof(HearApps)]),
        (Queues.ProvisioningCredentials, [typeof(HearCredentials)]));
builder.Services.AddFigures(RequestFigures.All, RequestFigures.ReadAsync);
builder.Services.AddValidation();

var app = builder.Build();
app.UseServiceDefaults();
app.UseIdempotency();
app.UseCallers();
app.MapOpenApi().AllowAnonymous();

var requests = app.MapGroup("/api/provisioning/requests").WithTags("Requests").RequireAuthorization();
requests.MapSubmitRequest();
requests.MapListRequests();
requests.MapGetRequest();
requests.MapGetRequestHistory();
requests.MapWithdrawRequest();
var decisions = requests.MapGroup("").RequireAuthorization(Callers.Admin);
decisions.MapApproveRequest();
decisions.MapRejectRequest();
decisions.MapRetryRequest();
decisions.MapRevokeRequest();

await app.RunWithStoreAsync(args, RequestedProducts.CreateAsync);

public partial class Program;
