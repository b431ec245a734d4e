using DevPortal.ServiceDefaults;
using DevPortal.TykSync.Sources;
using Microsoft.Extensions.Options;
using Npgsql;

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
        var database = services.GetRequiredService<NpgsqlDataSource>();
        var readings = new List<Reading>();
        foreach (var source in services.GetRequiredService<IOptions<TykOptions>>().Value.Configured())
        {
            var tag = KeyValuePair.Create("source", (object?)source.Name);
            // Backwards from the newest: the second reads the failures since the last good run, and that one.
            await using var ask = database.CreateCommand(
                """
                select (select data ->> 'Status' = 'failed' from mt_doc_run where source = $1 and not is_open order by requested_at desc limit 1),
                    (select extract(epoch from (data ->> 'EndedAt')::timestamptz)::double precision from mt_doc_run
                        where source = $1 and not is_open and data ->> 'Status' <> 'failed' order by requested_at desc limit 1)
                """);
            ask.Parameters.Add(new() { Value = source.Name });
            await using var reader = await ask.ExecuteReaderAsync(cancel);
            await reader.ReadAsync(cancel);
            if (!reader.IsDBNull(0)) readings.Add(new(Status, reader.GetBoolean(0) ? 1 : 0, tag));
            if (!reader.IsDBNull(1)) readings.Add(new(LastSuccess, reader.GetDouble(1), tag));
        }

        return readings;
    }
}
