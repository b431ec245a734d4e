namespace DevPortal.Credentials;

/// <summary>Asks each gateway now and then, so that <c>/health</c> tells of it before the first credential waits.</summary>
sealed class WatchSources(TykSources sources, TimeProvider time) : BackgroundService
{
    static readonly TimeSpan Well = TimeSpan.FromSeconds(10), InTrouble = TimeSpan.FromSeconds(3);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(sources.All.Select(source => WatchAsync(source, stoppingToken)));

    async Task WatchAsync(TykSource source, CancellationToken stopping)
    {
        using var lane = source.NewLane();
        try
        {
            while (true)
            {
                await source.CheckAsync(lane, stopping);
                await Task.Delay(source.Trouble is null ? Well : InTrouble, time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The service stops.
        }
    }
}
