using System.Diagnostics;

namespace DevPortal.Demo.Api;

/// <summary>Looks again and again until something is so.</summary>
public static class Eventually
{
    /// <exception cref="TimeoutException">It was not so in time; says what was there instead.</exception>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> isSo, TimeSpan within, string what, CancellationToken ct)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var seen = await look();
            if (isSo(seen)) return seen;
            if (Stopwatch.GetElapsedTime(start) > within) throw new TimeoutException($"Not within {within.TotalSeconds:0} s: {what}. Seen last: {seen}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
        }
    }
}
