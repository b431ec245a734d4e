using DevPortal.Contracts;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using DevPortal.TykSync;
using DevPortal.TykSync.Objects;
using DevPortal.TykSync.Runs;
using DevPortal.TykSync.Sources;
using JasperFx.Events.Projections;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults().AddCallers()
    .AddEventStore("tyksyncdb", Announcements.All, store =>
    {
        store.HearsUsers();
        store.Projections.Snapshot<KnownPolicy>(SnapshotLifecycle.Inline);
        store.Projections.Snapshot<KnownApi>(SnapshotLifecycle.Inline);
        store.Projections.Snapshot<Run>(SnapshotLifecycle.Inline);
        store.Schema.For<KnownPolicy>().Index(policy => policy.Facts.Source);
        store.Schema.For<KnownApi>().Index(api => api.Facts.Source);
        store.Schema.For<Run>().Duplicate(run => run.Source).Duplicate(run => run.RequestedAt).Duplicate(run => run.IsOpen);
    })
    .AddBus((Queues.TykSyncPeople, [typeof(HearUsers)]));
builder.Services.AddOptions<TykOptions>().BindConfiguration("Tyk").ValidateDataAnnotations().ValidateOnStart();
builder.Services.AddSingleton<SyncPulse>();
builder.Services.AddSingleton<PerformRun>();
builder.Services.AddHostedService<SyncSources>();
builder.Services.AddFigures(RunFigures.All, RunFigures.ReadAsync);
builder.Services.AddValidation();

var app = builder.Build();
app.UseServiceDefaults();
app.UseIdempotency();
app.UseCallers();
app.MapOpenApi().AllowAnonymous();

var sync = app.MapGroup("/api/sync").WithTags("Tyk sync").RequireAuthorization(Callers.Admin);
sync.MapListSources();
var runs = sync.MapGroup("/runs");
runs.MapStartRun();
runs.MapListRuns();
runs.MapGetRun();
runs.MapApplyRun();

await app.RunWithStoreAsync(args);
