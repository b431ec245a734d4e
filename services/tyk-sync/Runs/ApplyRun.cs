using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using DevPortal.TykSync.Sources;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Npgsql;

namespace DevPortal.TykSync.Runs;

/// <summary>Says yes to a run that would hide much: hides exactly its list, or refuses because something changed since.</summary>
public static class ApplyRun
{
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    public static void MapApplyRun(this IEndpointRouteBuilder runs) =>
        runs.MapPost("/{id:guid}/apply", Handle).WithName(nameof(ApplyRun)).WithSummary("Hide what a run asks to hide").WithIdempotency();

    static async Task<Results<Ok<RunSummary>, NotFound, ProblemHttpResult>> Handle(
        Guid id, [FromHeader(Name = "If-Match")] string? seen, CurrentUser admin, IOptions<TykOptions> options, IDocumentSession session,
        NpgsqlDataSource database, TimeProvider time, HttpContext http, CancellationToken cancel)
    {
        if (await session.LoadAsync<Run>(id, cancel) is not { } run) return TypedResults.NotFound();
        if (ETag.Refuses(seen, run.Revision) is { } stale) return stale.ToProblem();
        if (Refuse(run) is { } refusal) return refusal.ToProblem();
        if (options.Value.Configured().FirstOrDefault(source => source.Name == run.Source) is not { } source)
            return Refusal.Conflict("source-not-configured", $"The source {run.Source} is not configured any more.").ToProblem();

        await using var held = await TakeAsync(database, source.Name, time, cancel);
        if (held is null) return (Refusal.Conflict("run-under-way", "A run of this source is under way. Repeat when it has ended.") with { RetryAfter = 5 }).ToProblem();
        if (await ReadSource.ReadAsync(source, cancel) is not SourceRead.Content(var read))
            return Refusal.Conflict("source-unreadable", "The source can't be read now, so nobody can tell whether these objects are still gone.").ToProblem();

        var asked = (await session.Events.FetchStreamAsync(id, token: cancel)).Select(happened => happened.Data).OfType<RunNeedsConfirmation>().Last();
        var known = await PerformRun.LoadKnownAsync(session, source.Name, cancel);
        var now = time.GetUtcNow();
        var plan = PlanRun.Plan(source.Name, PlanRun.Organisation(source.OrgId, read).OrgId, source.PublicUrl, known, read, id, now);
        if (RefuseChanged(asked, plan) is { } changed) return changed.ToProblem();

        session.CorrelationId = id.ToString();
        PerformRun.Append(session, plan.Hides);
        var applied = new RunApplied(admin.Id, plan.Hides.Count, now);
        session.Events.Append(id, run.Revision + 1, applied);
        var after = run.Apply(applied);
        ETag.Set(http, after.Revision);
        var answer = TypedResults.Ok(RunSummary.Of(after));
        return await session.TrySaveAsync(http, answer, cancel) is { } lost ? lost : answer;
    }

    public static Refusal? Refuse(Run run) => run.Status == RunStatus.NeedsConfirmation
        ? null
        : Refusal.Conflict("nothing-to-confirm", run.Status == RunStatus.Applied ? "This run was applied already." : "This run does not ask for confirmation.");

    /// <summary>The list must be what would be hidden now, each object as it was then.</summary>
    public static Refusal? RefuseChanged(RunNeedsConfirmation asked, RunPlan now) =>
        asked.ToHide.ToHashSet().SetEquals(now.Hidings)
            ? null
            : Refusal.Conflict("changed-since", "What would be hidden is not what this run listed: the source or the portal changed since. Start a new run and look at its list.");

    static async Task<SourceLock?> TakeAsync(NpgsqlDataSource database, string source, TimeProvider time, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            if (await SourceLock.TryTakeAsync(database, source, cancel) is { } held) return held;
            if (time.GetElapsedTime(started) > LongestWait) return null;
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancel);
        }
    }
}
