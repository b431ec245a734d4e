using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DevPortal.Eventing;

/// <summary>Deletes the answers whose repeats are over, at start and every hour. In every replica; they leave each other's rows alone.</summary>
sealed class SweepReplies(NpgsqlDataSource database, TimeProvider time, ILogger<SweepReplies> log) : BackgroundService
{
    const int Batch = 1000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hourly = new PeriodicTimer(TimeSpan.FromHours(1), time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("Old answers were not deleted, next try in an hour: {Failure}", failure.Message);
            }
        }
        while (await hourly.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>In batches: a delete of everything at once would hold its locks, and its share of the log, for as long as it takes.</summary>
    internal async Task SweepAsync(CancellationToken cancel)
    {
        var over = time.GetUtcNow() - Idempotency.Lifetime;
        int deleted;
        do
        {
            await using var delete = database.CreateCommand(
                "delete from mt_doc_storedreply where id in (select id from mt_doc_storedreply where at < $1 order by at limit $2 for update skip locked)");
            delete.Parameters.Add(new() { Value = over });
            delete.Parameters.Add(new() { Value = Batch });
            deleted = await delete.ExecuteNonQueryAsync(cancel);
        }
        while (deleted == Batch);
    }
}
