using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using DevPortal.TykSync.Sources;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace DevPortal.TykSync.Runs;

/// <summary>Says yes to a run that would hide much: hides exactly its list, or refuses because something changed since.</summary>
public static class ApplyRun
{
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    public static void MapApplyRun(this IEndpointRouteBuilder runs) =>
        runs.MapPost("/{id:guid}/apply", Handle).WithName(nameof(ApplyRun))
            .Refuses(409, "source-not-configured", "run-under-way", "source-unreadable", "nothing-to-confirm", "changed-since").AddEndpointFilter(ReadAsync).WithIdempotency();

    /// <summary>What the source held, and the latest run of it before it was read.</summary>
    sealed record Seen(SourceRead Source, Run Latest);

    /// <summary>Before the transaction of the Idempotency-Key is opened: reading may take a minute, and must not hold a connection. What can't be
    /// confirmed anyway is not read for; the handler refuses it, or repeats its answer.</summary>
    static async ValueTask<object?> ReadAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (http, services, cancel) = (context.HttpContext, context.HttpContext.RequestServices, context.HttpContext.RequestAborted);
        var session = services.GetRequiredService<IQuerySession>();
        if (await session.LoadAsync<Run>(context.GetArgument<Guid>(0), cancel) is { } run
            && ETag.Refuses(context.GetArgument<string?>(1), run.Revision) is null && Refuse(run) is null
            && FindSource(services.GetRequiredService<IOptions<TykOptions>>().Value, run) is { } source)
        {
            var latest = await LatestAsync(session, run.Source, cancel);
            http.Features.Set(new Seen(await ReadSource.ReadAsync(source, cancel), latest));
        }

        return await next(context);
    }

    static TykSource? FindSource(TykOptions options, Run run) => options.Configured().FirstOrDefault(source => source.Name == run.Source);

    static Task<Run> LatestAsync(IQuerySession session, string source, CancellationToken cancel) =>
        session.Query<Run>().Where(run => run.Source == source).OrderByDescending(run => run.RequestedAt).FirstAsync(cancel);

    static async Task<Results<Ok<RunSummary>, NotFound, ProblemHttpResult>> Handle(
        Guid id, [FromHeader(Name = "If-Match")] string? seen, CurrentUser admin, IOptions<TykOptions> options, IDocumentSession session,
        TimeProvider time, HttpContext http, CancellationToken cancel)
    {
        if (await session.LoadAsync<Run>(id, cancel) is not { } run) return TypedResults.NotFound();
        if (ETag.Refuses(seen, run.Revision) is { } stale) return stale.ToProblem();
        if (Refuse(run) is { } refusal) return refusal.ToProblem();
        if (FindSource(options.Value, run) is not { } source)
            return Refusal.Conflict("source-not-configured", $"The source {run.Source} is not configured any more.").ToProblem();

        // Since the source was read another run may have read it later, and be right.
        if (!await TakeAsync(session, source.Name, time, cancel) || http.Features.Get<Seen>() is not { } before || before.Latest != await LatestAsync(session, source.Name, cancel))
            return (Refusal.Conflict("run-under-way", "A run of this source is under way. Repeat when it has ended.") with { RetryAfter = 5 }).ToProblem();
        if (before.Source is not SourceRead.Content(var read))
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

    static async Task<bool> TakeAsync(IDocumentSession session, string source, TimeProvider time, CancellationToken cancel)
    {
        await session.BeginTransactionAsync(cancel);
        var started = time.GetTimestamp();
        while (true)
        {
            if (await SourceLock.TryTakeAsync(session, source, cancel)) return true;
            if (time.GetElapsedTime(started) > LongestWait) return false;
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancel);
        }
    }
}
