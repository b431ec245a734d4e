using DevPortal.Contracts;
using DevPortal.Credentials;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using JasperFx.Events.Projections;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults().AddCallers()
    .AddEventStore("credentialsdb", Announcements.All, store =>
    {
        store.HearsUsers();
        store.Projections.Snapshot<App>(SnapshotLifecycle.Inline);
        store.Projections.Snapshot<Credential>(SnapshotLifecycle.Inline);
        store.Schema.For<App>().Duplicate(app => app.OwnerId).Duplicate(app => app.IsDeleted).Index(app => new { app.OwnerId, app.Id }).IgnoreIndex(Installation.AppWords);
        store.Schema.For<Credential>().Duplicate(credential => credential.IssuedAt).Duplicate(credential => credential.AppId)
            .Index(credential => new { credential.AppId, credential.IssuedAt, credential.Id }).IgnoreIndex(CredentialFigures.Index);
    })
    .AddBus(
        (Queues.CredentialsPeople, [typeof(HearUsers)]),
        (Queues.CredentialsRequests, [typeof(IssueCredential), typeof(RetryIssue), typeof(RevokeGranted)]));
builder.AddConverging();
builder.Services.AddFigures(CredentialFigures.All, CredentialFigures.ReadAsync);
builder.Services.AddValidation();

var app = builder.Build();
app.UseServiceDefaults();
app.UseIdempotency();
app.UseCallers();
app.MapOpenApi().AllowAnonymous();

var apps = app.MapGroup("/api/credentials/apps").RequireAuthorization();
apps.MapCreateApp();
apps.MapListApps();
apps.MapGetApp();
apps.MapChangeApp();
apps.MapDeleteApp();
apps.MapListCredentials();

var credentials = app.MapGroup("/api/credentials").RequireAuthorization();
credentials.MapFindCredentials();
credentials.MapListGateways();
credentials.MapGetCredential();
credentials.MapRevealCredential();
credentials.MapRotateCredential();
credentials.MapRevokeCredential();

await app.RunWithStoreAsync(args, Installation.PrepareAsync);
