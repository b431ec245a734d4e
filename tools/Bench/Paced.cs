using System.Collections.Concurrent;
using System.Diagnostics;

namespace DevPortal.Bench;

/// <summary>So many deeds a second, each begun when it is due, whatever became of those before.</summary>
static class Paced
{
    /// <param name="deed">Hears which it is, and when it was due (a time stamp of <see cref="Stopwatch"/>).</param>
    /// <returns>What each took, in milliseconds, from its beginning: the timer that begins it is up to a millisecond late, which is more than a call of a proxy takes.
    /// Whoever wants that in it, as of longer deeds, counts from when it was due.</returns>
    /// <exception cref="AggregateException">One of them failed.</exception>
    public static async Task<IReadOnlyCollection<double>> RunAsync(double perSecond, int count, Func<int, long, Task> deed, CancellationToken ct)
    {
        var times = new ConcurrentBag<double>();
        var running = new List<Task>(count);
        var started = Stopwatch.GetTimestamp();
        for (var number = 0; number < count; number++)
        {
            var due = started + (long)(number / perSecond * Stopwatch.Frequency);
            var early = -Stopwatch.GetElapsedTime(due);
            if (early > TimeSpan.Zero) await Task.Delay(early, ct);
            running.Add(TimeAsync(number, due));
        }

        await Task.WhenAll(running);
        return times;

        async Task TimeAsync(int number, long due)
        {
            var began = Stopwatch.GetTimestamp();
            await deed(number, due);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }
}
