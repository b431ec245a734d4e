using DevPortal.Tyk;

namespace DevPortal.Credentials;

/// <summary>For each source so many workers, each with a connection of its own.</summary>
sealed class ConvergeWorkers(TykSources sources, WakeUp wakeUp, Converge converge) : BackgroundService
{
    /// <summary>Queue of the credentials whose source has no gateway here: they wait, visibly.</summary>
    public const string NoGateway = "";

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        sources.All.SelectMany(source => Enumerable.Range(0, TykSource.AtOnce).Select(_ => WorkAsync(source, stoppingToken)))
            .Append(ConvergeAllAsync(NoGateway, null, null, stoppingToken)));

    async Task WorkAsync(TykSource source, CancellationToken stopping)
    {
        using var lane = source.NewLane();
        await ConvergeAllAsync(source.Name, source, lane, stopping);
    }

    async Task ConvergeAllAsync(string queue, TykSource? source, GatewayLane? lane, CancellationToken stopping)
    {
        try
        {
            await foreach (var wake in wakeUp.Queue(queue).TakeAllAsync(stopping)) await converge.RunAsync(wake, source, lane, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The service stops.
        }
    }
}
