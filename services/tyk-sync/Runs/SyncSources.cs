using DevPortal.Eventing;
using DevPortal.TykSync.Sources;
using Marten;
using Microsoft.Extensions.Options;

namespace DevPortal.TykSync.Runs;

/// <summary>Keeps every source in step: at the start, then at each interval, and whenever a run was asked for. Sources do not wait for each other.</summary>
public sealed class SyncSources(
    IOptions<TykOptions> options, PerformRun perform, SyncPulse pulse, IDocumentStore store, LockConnection locks, TimeProvider time, ILogger<SyncSources> log)
    : BackgroundService
{
    // Each run holds a connection for its lock; more at once would leave none for the rest of the process.
    const int MostAtOnce = 4;
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1), FirstRetry = TimeSpan.FromSeconds(5), JustNow = TimeSpan.FromSeconds(30);

    readonly SemaphoreSlim free = new(MostAtOnce);

    public override void Dispose()
    {
        free.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(options.Value.Configured().Select(source => KeepAsync(source, stoppingToken)));

    /// <summary>
    /// When the next scheduled run is due. After a failure sooner, at doubling distances: a gateway may start after us. A replica that starts
    /// right after another's good run has nothing to add.
    /// </summary>
    public static DateTimeOffset DueAt(Run? last, bool justStarted, int failures, TimeSpan interval, DateTimeOffset now)
    {
        if (last is null) return now;
        if (justStarted) return last.Status != RunStatus.Failed && now - last.RequestedAt < Shorter(JustNow, interval) ? last.RequestedAt + interval : now;
        var pause = last.Status == RunStatus.Failed ? Shorter(FirstRetry * Math.Pow(2, Math.Clamp(failures - 1, 0, 20)), interval) : interval;
        return (last.EndedAt ?? last.RequestedAt) + pause;
    }

    static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    async Task KeepAsync(TykSource source, CancellationToken stopping)
    {
        var justStarted = true;
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (await NextAsync(source, justStarted, failures, stopping) is { } status)
                {
                    failures = status == RunStatus.Failed ? failures + 1 : 0;
                }

                justStarted = false;
                await pulse.WaitAsync(source.Name, Look, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                log.LogWarning("Sync of {Source} pauses: {Failure}", source.Name, failure.Message);
                await pulse.WaitAsync(source.Name, Look, stopping).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    /// <summary>Performs what is due; null: nothing, or another replica is at it.</summary>
    async Task<RunStatus?> NextAsync(TykSource source, bool justStarted, int failures, CancellationToken cancel)
    {
        if (await FindAsync(source, justStarted, failures, cancel) is (null, false)) return null;
        await free.WaitAsync(cancel);
        try
        {
            return await TakeAndPerformAsync(source, justStarted, failures, cancel);
        }
        finally
        {
            free.Release();
        }
    }

    async Task<RunStatus?> TakeAndPerformAsync(TykSource source, bool justStarted, int failures, CancellationToken cancel)
    {
        await using var held = await SourceLock.TryTakeAsync(locks, source.Name, cancel);
        if (held is null) return null;

        await GiveUpInterruptedAsync(source, cancel);
        // Another replica may have done it while we took the lock.
        var (queued, due) = await FindAsync(source, justStarted, failures, cancel);
        if (queued is null && !due) return null;
        return await perform.PerformAsync(source, queued, justStarted ? RunTrigger.Start : RunTrigger.Schedule, cancel);
    }

    async Task<(Guid? Queued, bool Due)> FindAsync(TykSource source, bool justStarted, int failures, CancellationToken cancel)
    {
        await using var session = store.QuerySession();
        var open = await session.Query<Run>().Where(run => run.Source == source.Name && run.IsOpen).OrderBy(run => run.RequestedAt).ToListAsync(cancel);
        if (open.FirstOrDefault(run => run.Status == RunStatus.Queued) is { } queued) return (queued.Id, false);
        // A run that is on its way, or was left by a process that died: the lock tells which.
        if (open.Count > 0) return (null, true);
        var last = await session.Query<Run>().Where(run => run.Source == source.Name).OrderByDescending(run => run.RequestedAt).FirstOrDefaultAsync(cancel);
        var now = time.GetUtcNow();
        return (null, DueAt(last, justStarted, failures, options.Value.SyncInterval, now) <= now);
    }

    async Task GiveUpInterruptedAsync(TykSource source, CancellationToken cancel)
    {
        await using var session = store.LightweightSession();
        var open = await session.Query<Run>().Where(run => run.Source == source.Name && run.IsOpen).ToListAsync(cancel);
        foreach (var run in open.Where(run => run.Status == RunStatus.Running))
            session.Events.Append(run.Id, new RunFailed("interrupted: the process that performed it ended", time.GetUtcNow()));
        await session.SaveChangesAsync(cancel);
    }
}

/// <summary>Wakes a source's loop in this process when a run is asked for here; other replicas find it within a second.</summary>
public sealed class SyncPulse
{
    readonly Dictionary<string, SemaphoreSlim> waiting = [];

    public void Wake(string source) => Of(source).Release();

    public Task WaitAsync(string source, TimeSpan longest, CancellationToken cancel) => Of(source).WaitAsync(longest, cancel);

    SemaphoreSlim Of(string source)
    {
        lock (waiting)
        {
            return waiting.TryGetValue(source, out var one) ? one : waiting[source] = new SemaphoreSlim(0);
        }
    }
}
