using DevPortal.Contracts;
using DevPortal.Eventing;
using DevPortal.Identity;
using DevPortal.Identity.People;
using DevPortal.Identity.SignIn;
using DevPortal.Identity.Startup;
using DevPortal.Identity.Tokens;
using DevPortal.ServiceDefaults;
using JasperFx.Events.Projections;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddCallers();
builder.AddEventStore("identitydb", Announcements.All, store =>
{
    store.Projections.Add<KnowUsers>(ProjectionLifecycle.Inline);
    store.Projections.Snapshot<Organisation>(SnapshotLifecycle.Inline);
    store.Projections.Snapshot<Team>(SnapshotLifecycle.Inline);
    store.Schema.For<Organisation>().FullTextIndex("simple", organisation => organisation.Name);
    // For the people of a team.
    store.Schema.For<KnownUser>().GinIndexJsonData();
    store.Schema.For<Team>().Index(team => team.OrganisationId).FullTextIndex("simple", team => team.Name);
});
builder.AddBus((Queues.IdentitySessions, [typeof(RevokeTokens)]));
builder.AddAccounts();
builder.Services.AddOpenIdServer();
builder.Services.AddOptions<BrandOptions>().BindConfiguration("Brand").ValidateDataAnnotations().ValidateOnStart();
builder.Services.AddValidation();
builder.Services.AddLocalization();
builder.Services.AddRazorComponents();

var app = builder.Build();
app.UsePublicAddress();
app.UseLanguage();
app.UseServiceDefaults();
app.UseIdempotency();
app.UseCallers();
app.UseAntiforgery();
app.MapOpenApi().AllowAnonymous();
app.MapSignInPages();
app.MapExchangePersonalAccessToken();

var identity = app.MapGroup("/api/identity").RequireAuthorization();
identity.MapMe();
identity.MapListNames();
identity.MapPersonalAccessTokens();
identity.MapPeople();

await app.RunWithStoreAsync(args, Preparation.PrepareAsync);
