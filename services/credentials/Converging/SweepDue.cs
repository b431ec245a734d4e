using DevPortal.Eventing;
using Npgsql;

namespace DevPortal.Credentials;

/// <summary>Finds what is due in the table: retries, later looks, and whatever a process that died left undone.</summary>
sealed class SweepDue(NpgsqlDataSource database, TykSources sources, WakeUp wakeUp, KeyVault vault, TimeProvider time, ILogger<SweepDue> log) : BackgroundService
{
    /// <summary>Most credentials of one source that wait in memory for a worker.</summary>
    const int Ahead = 64;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250), DropCopies = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var configured = sources.All.Select(source => source.Name).ToArray();
        var (dropped, everDropped) = (time.GetTimestamp(), false);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var source in configured) await SweepAsync(source, "source = $1", source, stoppingToken);
                await SweepAsync(ConvergeWorkers.NoGateway, "source <> all ($1)", configured, stoppingToken);
                if (!everDropped || time.GetElapsedTime(dropped) > DropCopies)
                {
                    (dropped, everDropped) = (time.GetTimestamp(), true);
                    await vault.DropOldCopiesAsync(stoppingToken);
                }

                await Task.Delay(Pause, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception away) when (Failures.MayPass(away) || away is NpgsqlException)
            {
                log.LogWarning("The sweep pauses: {Failure}", away.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), time, CancellationToken.None);
            }
        }
    }

    async Task SweepAsync(string queueName, string which, object source, CancellationToken ct)
    {
        var queue = wakeUp.Queue(queueName);
        if (queue.Count >= Ahead) return;
        await using var command = database.CreateCommand($"select credential from converging where {which} and due <= now() and until < now() order by due limit {Ahead}");
        command.Parameters.Add(new() { Value = source });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) queue.Add(new Wake(reader.GetGuid(0), default));
    }
}
