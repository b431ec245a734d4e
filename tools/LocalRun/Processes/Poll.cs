namespace DevPortal.LocalRun;

/// <summary>Waits for something that can only be asked for.</summary>
public static class Poll
{
    /// <exception cref="TimeoutException">It did not come true; the message is <paramref name="failure"/>.</exception>
    public static async Task UntilAsync(Func<Task<bool>> holds, TimeSpan atMost, Func<string> failure, CancellationToken ct)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        for (var pause = 25; !await holds(); pause = Math.Min(pause * 3 / 2, 250))
        {
            if (TimeProvider.System.GetElapsedTime(deadline) > atMost) throw new TimeoutException(failure());
            await Task.Delay(pause, ct);
        }
    }
}
