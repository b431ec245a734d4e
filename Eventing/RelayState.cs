using Microsoft.Extensions.Diagnostics.HealthChecks;

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
                : HealthCheckResult.Degraded($"announcements wait: {trouble}", data: data);
        }
    }
}

/// <summary>Relay lag and the event that blocks.</summary>
sealed class RelayHealth(RelayState state, TimeProvider time) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(state.Report(time.GetUtcNow()));
}

/// <summary>Counts the messages that nobody could read or that met a bug.</summary>
sealed class ErrorQueueHealth(Broker broker, OwnQueues own) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var data = new Dictionary<string, object>();
            foreach (var queue in own.Names)
            {
                if (await broker.CountAsync(QueueTopology.ErrorQueue(queue), cancellationToken) is { } count and > 0) data[queue] = count;
            }

            return data.Count == 0
                ? HealthCheckResult.Healthy("none", data)
                : HealthCheckResult.Degraded("Messages lie in error queues: look at them, mend the cause, send them back.", data: data);
        }
        catch (Exception away) when (Failures.MayPass(away))
        {
            return HealthCheckResult.Degraded("The broker is away.");
        }
    }
}
