using System.Diagnostics;

namespace DevPortal.Demo.Api;

/// <summary>How long something that may pass is waited for.</summary>
sealed class Patience(TimeSpan limit)
{
    readonly long start = Stopwatch.GetTimestamp();

    public bool IsLeft => Stopwatch.GetElapsedTime(start) < limit;

    /// <summary>As long as the server asks for, at most five seconds; else a third of one. Never beyond the limit.</summary>
    public Task WaitAsync(HttpResponseMessage? response, CancellationToken ct)
    {
        var asked = (response?.Headers.RetryAfter?.Delta ?? TimeSpan.FromMilliseconds(300)).TotalSeconds;
        var left = Math.Max(0, (limit - Stopwatch.GetElapsedTime(start)).TotalSeconds);
        return Task.Delay(TimeSpan.FromSeconds(Math.Min(Math.Clamp(asked, 0.1, 5), left)), ct);
    }
}
