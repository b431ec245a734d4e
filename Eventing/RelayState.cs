using DevPortal.ServiceDefaults;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace DevPortal.Eventing;

/// <summary>What the relay is doing, for <c>/health</c>.</summary>
public sealed class RelayState
{
    readonly Lock guard = new();
    long? blockedAt;
    string? trouble;
    DateTimeOffset? troubleSince;

    /// <summary>Whether the relay of this process is the active one.</summary>
    public bool IsLeader { get; internal set; }

    /// <summary>Last announced event.</summary>
    public long Position { get; private set; }

    internal void Working(long next, long position)
    {
        lock (guard)
        {
            Position = position;
            if (blockedAt is { } blocked && blocked != next) blockedAt = null;
        }
    }

    internal void UpToDate(long position)
    {
        lock (guard) (Position, blockedAt, trouble, troubleSince) = (position, null, null, null);
    }

    internal void Blocked(long sequence, string reason, DateTimeOffset now)
    {
        lock (guard) (blockedAt, trouble, troubleSince) = (sequence, reason, troubleSince ?? now);
    }

    internal void Failed(Exception failure, DateTimeOffset now)
    {
        lock (guard) (trouble, troubleSince) = (failure.Message, troubleSince ?? now);
    }

    internal HealthCheckResult Report(DateTimeOffset now)
    {
        lock (guard)
        {
            var data = new Dictionary<string, object> { ["leader"] = IsLeader, ["position"] = Position };
            if (blockedAt is { } sequence) data["blockedAtEvent"] = sequence;
            if (troubleSince is { } since) data["troubleSeconds"] = (long)(now - since).TotalSeconds;
            return trouble is null
                ? HealthCheckResult.Healthy(IsLeader ? "announcing" : "another replica announces", data)
                : HealthCheckResult.Degraded(
                    HealthWords.Say("Announcements wait", troubleSince ?? now, trouble, "Calls are answered and nothing is lost: other services hear of changes when it has passed."), data: data);
        }
    }
}

/// <summary>Relay lag and the event that blocks.</summary>
sealed class RelayHealth(RelayState state, TimeProvider time) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(state.Report(time.GetUtcNow()));
}

/// <summary>Whether the database answers. Never unhealthy: it is the same for every replica, and calls say 503 by themselves.</summary>
sealed class DatabaseHealth(NpgsqlDataSource database, TimeProvider time) : IHealthCheck
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);
    DateTimeOffset? since;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Longest);
            await using var ask = database.CreateCommand("select 1");
            await ask.ExecuteScalarAsync(limit.Token);
            since = null;
            return HealthCheckResult.Healthy("answers");
        }
        catch (Exception away) when (!cancellationToken.IsCancellationRequested && (Failures.MayPass(away) || away is NpgsqlException))
        {
            since ??= time.GetUtcNow();
            return HealthCheckResult.Degraded(HealthWords.Say(
                "The database does not answer", since.Value, away is OperationCanceledException ? "no answer within 2 s" : away.Message,
                "Calls are answered with 503 and change nothing; keys that were issued go on working at the gateway."));
        }
    }
}

/// <summary>Counts the messages that nobody could read or that met a bug.</summary>
sealed class ErrorQueueHealth(Broker broker, OwnQueues own, TimeProvider time) : IHealthCheck
{
    DateTimeOffset? since;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var data = new Dictionary<string, object>();
            foreach (var queue in own.Names)
            {
                if (await broker.CountAsync(QueueTopology.ErrorQueue(queue), cancellationToken) is { } count and > 0) data[queue] = count;
            }

            since = data.Count == 0 ? null : since ?? time.GetUtcNow();
            return since is null
                ? HealthCheckResult.Healthy("none", data)
                : HealthCheckResult.Degraded(
                    HealthWords.Say("Messages lie in error queues", since.Value, "look at them, mend the cause, send them back", "All other messages are worked on; what these tell of is not known here."), data: data);
        }
        catch (Exception away) when (Failures.MayPass(away))
        {
            return HealthCheckResult.Degraded("The broker is away.");
        }
    }
}
