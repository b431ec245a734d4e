using DevPortal.Catalog;
using DevPortal.Catalog.Apis;
using DevPortal.Catalog.Catalogs;
using DevPortal.Catalog.People;
using DevPortal.Catalog.Plans;
using DevPortal.Catalog.Products;
using DevPortal.Catalog.Shelf;
using DevPortal.Catalog.Tyk;
using DevPortal.Contracts;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults().AddCallers()
    .AddEventStore("catalogdb", Announcements.All, store =>
    {
        store.HearsUsers();
        store.KeepsWhatOthersSay();
        store.KeepsTheCatalog();
    })
    .AddBus(
        (Queues.CatalogPeople, [typeof(HearUsers), typeof(HearTeams)]),
        (Queues.CatalogTyk, [typeof(HearPolicies), typeof(HearApis)]));
builder.Services.AddSingleton<AssessTogether>();
builder.Services.AddValidation();
PublicPages.Add(builder.Services);

var app = builder.Build();
app.UseServiceDefaults();
app.UseOutputCache();
app.UseIdempotency();
app.UseCallers();
app.MapOpenApi().AllowAnonymous();

var catalog = app.MapGroup("/api/catalog");

// What public catalogs show is for everybody; each answer depends on who asks.
var readers = PublicPages.Keep(catalog.MapGroup("").AllowAnonymous().AddEndpointFilter(RefuseBadToken.FilterAsync));
readers.MapListProducts();
readers.MapGetProduct();
readers.MapGetOpenApi();
readers.MapListPlans();
readers.MapGetPlan();
readers.MapListCatalogs();
readers.MapGetCatalog();

var admins = catalog.MapGroup("").RequireAuthorization(Callers.Admin);
admins.MapDescribeProduct();
admins.MapDescribePlan();
admins.MapCreateCatalog();
admins.MapArrangeCatalog();
admins.MapChooseAudience();
admins.MapListApis();

await app.RunWithStoreAsync(args, ShelfTables.CreateAsync);

public partial class Program;
