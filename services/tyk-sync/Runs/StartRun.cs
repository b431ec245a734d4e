using System.ComponentModel.DataAnnotations;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using DevPortal.TykSync.Sources;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace DevPortal.TykSync.Runs;

/// <summary>Asks for a run of one source; it is performed as soon as none of that source is under way.</summary>
public static class StartRun
{
    public sealed record Input([property: StringLength(63, MinimumLength = 1)] string Source);

    public static void MapStartRun(this IEndpointRouteBuilder runs) =>
        runs.MapPost("", Handle).WithName(nameof(StartRun)).Refuses(422, "unknown-source").WithIdempotency();

    static async Task<Results<Accepted<RunSummary>, ProblemHttpResult>> Handle(
        Input input, CurrentUser admin, IOptions<TykOptions> options, IDocumentSession session, SyncPulse pulse, TimeProvider time, HttpContext http, CancellationToken cancel)
    {
        if (Refuse(options.Value, input) is { } refusal) return refusal.ToProblem();

        var id = Guid.CreateVersion7();
        var requested = Decide(input, admin, time.GetUtcNow());
        session.CorrelationId = id.ToString();
        session.Events.StartStream(id, requested);
        ETag.Set(http, 1);
        var answer = TypedResults.Accepted($"/api/sync/runs/{id}", RunSummary.Of(new Run(
            id, 1, requested.Source, requested.Trigger, requested.RequestedBy, RunStatus.Queued, requested.OccurredAt, null, null, null, null)));
        if (await session.TrySaveAsync(http, answer, cancel) is { } stale) return stale;
        pulse.Wake(input.Source);
        return answer;
    }

    public static Refusal? Refuse(TykOptions options, Input input) =>
        options.Configured().Any(source => source.Name == input.Source) ? null : Refusal.Unknown("source", "source");

    public static RunRequested Decide(Input input, CurrentUser admin, DateTimeOffset now) => new(input.Source, RunTrigger.Request, admin.Id, now);
}

/// <summary>A run without its lines.</summary>
public sealed record RunSummary(
    Guid Id, string Source, RunTrigger Trigger, Guid? RequestedBy, RunStatus Status, DateTimeOffset RequestedAt, DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt, RunCounts? Counts, string? Because)
{
    public static RunSummary Of(Run run) =>
        new(run.Id, run.Source, run.Trigger, run.RequestedBy, run.Status, run.RequestedAt, run.StartedAt, run.EndedAt, run.Counts, run.Because);
}
