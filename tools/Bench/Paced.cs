using System.Collections.Concurrent;
using System.Diagnostics;

namespace DevPortal.Bench;

/// <summary>So many deeds a second, each begun when it is due, whatever became of those before.</summary>
static class Paced
{
    /// <returns>What each took, in milliseconds, from its beginning.</returns>
    /// <exception cref="AggregateException">One of them failed.</exception>
    public static async Task<IReadOnlyCollection<double>> RunAsync(double perSecond, int count, Func<int, Task> deed, CancellationToken ct)
    {
        var times = new ConcurrentBag<double>();
        var running = new List<Task>(count);
        var started = Stopwatch.GetTimestamp();
        for (var number = 0; number < count; number++)
        {
            var due = TimeSpan.FromSeconds(number / perSecond) - Stopwatch.GetElapsedTime(started);
            if (due > TimeSpan.Zero) await Task.Delay(due, ct);
            running.Add(TimeAsync(number));
        }

        await Task.WhenAll(running);
        return times;

        async Task TimeAsync(int number)
        {
            var began = Stopwatch.GetTimestamp();
            await deed(number);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }
}
