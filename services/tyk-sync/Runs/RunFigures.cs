using DevPortal.ServiceDefaults;
using DevPortal.TykSync.Sources;
using Marten;
using Microsoft.Extensions.Options;

namespace DevPortal.TykSync.Runs;

/// <summary>How the runs of each source end, and how old its last good one is.</summary>
static class RunFigures
{
    const string LastSuccess = "devportal.sync.last_success", Status = "devportal.sync.failing";

    public static readonly Figure[] All =
    [
        new(LastSuccess, "s", "Unix time of the end of the source's last run that did not fail."),
        new(Status, "{source}", "1 while the source's last run has failed, else 0."),
    ];

    public static readonly System.Diagnostics.Metrics.Counter<long> Ended =
        Telemetry.Meter.CreateCounter<long>("devportal.sync.runs", "{run}", "Runs that ended in this process, by source and status.");

    public static async Task<IReadOnlyList<Reading>> ReadAsync(IServiceProvider services, CancellationToken cancel)
    {
        var session = services.GetRequiredService<IQuerySession>();
        var readings = new List<Reading>();
        foreach (var source in services.GetRequiredService<IOptions<TykOptions>>().Value.Configured())
        {
            var tag = KeyValuePair.Create("source", (object?)source.Name);
            var ended = session.Query<Run>().Where(run => run.Source == source.Name && !run.IsOpen);
            if (await ended.OrderByDescending(run => run.RequestedAt).FirstOrDefaultAsync(cancel) is { } last) readings.Add(new(Status, last.Status == RunStatus.Failed ? 1 : 0, tag));
            // Backwards from the newest, so it reads the failures since and one more.
            if (await ended.Where(run => run.Status != RunStatus.Failed).OrderByDescending(run => run.RequestedAt).FirstOrDefaultAsync(cancel) is { EndedAt: { } at })
                readings.Add(new(LastSuccess, at.ToUnixTimeMilliseconds() / 1000.0, tag));
        }

        return readings;
    }
}
