using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using DevPortal.Tyk;
using DevPortal.TykSync.Objects;
using DevPortal.TykSync.Sources;
using Marten;

namespace DevPortal.TykSync.Runs;

/// <summary>Performs one run; the caller holds the source's lock. Changes are committed a page at a time, hides with the run's
/// end: a run that is cut off has hidden nothing, and the next one goes on where it ended.</summary>
public sealed class PerformRun(IDocumentStore store, TimeProvider time, ILogger<PerformRun> log)
{
    /// <summary>Changes in one transaction.</summary>
    const int PageSize = 500;

    /// <param name="source">The source.</param>
    /// <param name="run">A queued run; null makes one.</param>
    /// <param name="trigger">Why a new one is made.</param>
    /// <param name="cancel">The process ends: the run stays open and is given up by whoever comes next.</param>
    public async Task<RunStatus> PerformAsync(TykSource source, Guid? run, RunTrigger trigger, CancellationToken cancel)
    {
        var id = await StartAsync(source, run, trigger, cancel);
        var status = await PerformAsync(source, id, cancel);
        RunFigures.Ended.Add(1, new("source", source.Name), new("status", Json.Name(status)));
        return status;
    }

    async Task<RunStatus> PerformAsync(TykSource source, Guid id, CancellationToken cancel)
    {
        try
        {
            return await ReadSource.ReadAsync(source, cancel) switch
            {
                SourceRead.Content(var read) => await CompareAsync(source, id, read, cancel),
                SourceRead.Failed(var reason) => await FailAsync(id, reason, cancel),
                _ => throw new InvalidOperationException("A read has two outcomes."),
            };
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested && !Failures.MayPass(failure))
        {
            log.LogError(failure, "Run {Run} of {Source} failed", id, source.Name);
            return await FailAsync(id, "something failed here; it was logged", cancel);
        }
    }

    /// <summary>What is known of a source: two queries.</summary>
    public static async Task<Known> LoadKnownAsync(IQuerySession session, string source, CancellationToken cancel) => new(
        (await session.Query<KnownPolicy>().Where(policy => policy.Facts.Source == source).ToListAsync(cancel)).ToDictionary(policy => policy.Id),
        (await session.Query<KnownApi>().Where(api => api.Facts.Source == source).ToListAsync(cancel)).ToDictionary(api => api.Id));

    async Task<Known> LoadKnownAsync(string source, CancellationToken cancel)
    {
        await using var session = store.QuerySession();
        return await LoadKnownAsync(session, source, cancel);
    }

    /// <summary>Appends each event to its object's stream; somebody else's event in between is a lost race at the commit.</summary>
    public static void Append(IDocumentSession session, IEnumerable<ObjectChange> changes)
    {
        foreach (var change in changes)
        {
            if (change.Version == 0) session.Events.StartStream(change.Id, change.Event);
            else session.Events.Append(change.Id, change.Version + 1, change.Event);
        }
    }

    async Task<Guid> StartAsync(TykSource source, Guid? queued, RunTrigger trigger, CancellationToken cancel)
    {
        var id = queued ?? Guid.CreateVersion7();
        await using var session = Session(id);
        var now = time.GetUtcNow();
        if (queued is null) session.Events.StartStream(id, new RunRequested(source.Name, trigger, null, now), new RunStarted(now));
        else session.Events.Append(id, new RunStarted(now));
        await session.SaveChangesAsync(cancel);
        return id;
    }

    async Task<RunStatus> CompareAsync(TykSource source, Guid id, TykContent read, CancellationToken cancel)
    {
        if (PlanRun.Organisation(source.OrgId, read) is var (orgId, problem) && problem is not null) return await FailAsync(id, problem, cancel);

        ContentHash.Prepare(read.Policies.Select(policy => policy.Raw).Concat(read.Apis.Select(api => api.Raw)), cancel);
        var plan = PlanRun.Plan(source.Name, orgId, source.PublicUrl, await LoadKnownAsync(source.Name, cancel), read, id, time.GetUtcNow());
        // While one page is in the database the next is written down.
        await Parallel.ForEachAsync(plan.Changes.Chunk(PageSize), new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancel }, async (page, stop) =>
        {
            await using var part = Session(id);
            Append(part, page);
            await part.SaveChangesAsync(stop);
        });

        await using var session = Session(id);
        if (plan.AsksBecause is null) Append(session, plan.Hides);
        var now = time.GetUtcNow();
        session.Events.Append(id, plan.AsksBecause is { } because
            ? new RunNeedsConfirmation(because, [.. plan.Hidings], plan.Counts, plan.Lines, now)
            : new RunFinished(plan.Counts, plan.Lines, now));
        await session.SaveChangesAsync(cancel);
        log.LogInformation("Run {Run} of {Source}: {Counts}{Asks}", id, source.Name, plan.Counts, plan.AsksBecause is null ? "" : "; needs confirmation: " + plan.AsksBecause);
        return plan.AsksBecause is null ? RunStatus.Finished : RunStatus.NeedsConfirmation;
    }

    async Task<RunStatus> FailAsync(Guid id, string reason, CancellationToken cancel)
    {
        log.LogWarning("Run {Run} failed: {Reason}", id, reason);
        await using var session = Session(id);
        session.Events.Append(id, new RunFailed(reason, time.GetUtcNow()));
        await session.SaveChangesAsync(cancel);
        return RunStatus.Failed;
    }

    IDocumentSession Session(Guid run)
    {
        var session = store.LightweightSession();
        session.CorrelationId = run.ToString();
        return session;
    }
}
