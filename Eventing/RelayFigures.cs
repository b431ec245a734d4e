using DevPortal.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DevPortal.Eventing;

/// <summary>How far announcements are behind. The same from every replica.</summary>
static class RelayFigures
{
    const string Lag = "devportal.relay.lag", Pending = "devportal.relay.pending", Leader = "devportal.relay.leader";

    public static readonly Figure[] All =
    [
        new(Lag, "s", "Age of the oldest event that is not announced yet."),
        new(Pending, "{event}", "Sequence numbers after the last announced event."),
        new(Leader, "{process}", "1 in the process whose relay is active."),
    ];

    public static async Task<IReadOnlyList<Reading>> ReadAsync(IServiceProvider services, CancellationToken cancel)
    {
        var tag = KeyValuePair.Create("store", (object?)services.GetRequiredService<StoreName>().Value);
        // The sequence knows the last number, and the first event after the position is one step in the primary key.
        await using var ask = services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            """
            select (select last_value from mt_events_sequence where is_called) - position,
                (select extract(epoch from now() - timestamp)::double precision from mt_events where seq_id > position order by seq_id limit 1)
            from relay
            """);
        await using var reader = await ask.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return
        [
            new(Lag, reader.IsDBNull(1) ? 0 : Math.Max(0, reader.GetFieldValue<double>(1)), tag),
            new(Pending, reader.IsDBNull(0) ? 0 : Math.Max(0, reader.GetInt64(0)), tag),
            new(Leader, services.GetRequiredService<RelayState>().IsLeader ? 1 : 0, tag),
        ];
    }
}

/// <summary>Messages that nobody could read or that met a bug. From the replica whose relay is active: it has the connection.</summary>
static class ErrorQueueFigures
{
    const string Errors = "devportal.queue.error.messages";

    public static readonly Figure[] All = [new(Errors, "{message}", "Messages in the error queue of a queue.")];

    public static async Task<IReadOnlyList<Reading>> ReadAsync(IServiceProvider services, CancellationToken cancel)
    {
        var broker = services.GetRequiredService<Broker>();
        var readings = new List<Reading>();
        foreach (var queue in services.GetRequiredService<OwnQueues>().Names)
        {
            if (await broker.CountAsync(QueueTopology.ErrorQueue(queue), cancel) is { } count) readings.Add(new(Errors, count, KeyValuePair.Create("queue", (object?)queue)));
        }

        return readings;
    }
}
