namespace DevPortal.Portal.Sessions;

/// <summary>Every hour takes away what is over. In every replica; deleting twice does no harm.</summary>
sealed class SessionSweep(SessionStore sessions, TimeProvider time, ILogger<SessionSweep> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hourly = new PeriodicTimer(TimeSpan.FromHours(1), time);
        while (await hourly.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await sessions.SweepAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("Sessions that are over were not swept away, next try in an hour: {Failure}", failure.Message);
            }
        }
    }
}
