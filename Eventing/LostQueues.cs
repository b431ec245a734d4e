using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DevPortal.Eventing;

/// <summary>Ends the process when MassTransit has lost one of its queues for good: after a broker came back it now and then does not return to one of several
/// (https://github.com/MassTransit/MassTransit/issues/5942), and nobody would hear of a person who lost his rights. Whoever runs the process starts it again,
/// and nothing is lost by an end at any moment.</summary>
sealed class LostQueues(IBusControl bus, IHostApplicationLifetime host, TimeProvider time, ILogger<LostQueues> log) : BackgroundService
{
    /// <summary>MassTransit itself tries again within half a minute.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    static readonly TimeSpan Look = TimeSpan.FromSeconds(5), LongestEnd = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        DateTimeOffset? since = null;
        using var timer = new PeriodicTimer(Look, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                var queues = bus.CheckHealth().Endpoints.ToDictionary(queue => queue.Key, queue => StateOf(queue.Value));
                since = Since(since, queues.Values, time.GetUtcNow());
                if (since is not { } first || time.GetUtcNow() - first < Patience) continue;

                log.LogCritical("The broker is there since {Since}, and {Queues} are not read: this process ends, to be started anew", first, string.Join(", ", queues.Where(queue => queue.Value == QueueState.Unreachable).Select(queue => queue.Key)));
                Environment.ExitCode = 1;
                host.StopApplication();
                // What hangs may hang in its end too.
                await Task.Delay(LongestEnd, time, CancellationToken.None);
                Environment.Exit(1);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    static QueueState StateOf(EndpointHealthResult queue) => queue switch
    {
        { Status: BusHealthStatus.Healthy } => QueueState.Read,
        { Exception: ConnectionException } => QueueState.Unreachable,
        _ => QueueState.Refused,
    };

    /// <summary>Since when some queues are said to be out of reach while others of the same broker are read; null if it is not so. A queue that the broker refuses
    /// (other arguments, no right) would be refused to a new process too.</summary>
    internal static DateTimeOffset? Since(DateTimeOffset? before, IReadOnlyCollection<QueueState> queues, DateTimeOffset now) =>
        queues.Contains(QueueState.Unreachable) && queues.Contains(QueueState.Read) ? before ?? now : null;
}

/// <summary>Of a queue that a service is to read.</summary>
enum QueueState { Read, Unreachable, Refused }
