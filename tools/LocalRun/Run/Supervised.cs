namespace DevPortal.LocalRun;

/// <summary>Keeps one program running: when it dies without being asked to, it is started again, later and later.</summary>
internal sealed class Supervised(string name, IProgram program, Action<string> say, Action changed) : IAsyncDisposable
{
    private static readonly TimeSpan[] BackOff = [.. new[] { 0.1, 1, 2, 5, 10 }.Select(TimeSpan.FromSeconds)];
    private static readonly TimeSpan LongEnoughToForgive = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim oneAtATime = new(1, 1);
    private CancellationTokenSource? watch;
    private Task watching = Task.CompletedTask;

    public string Name => name;

    public int Restarts { get; private set; }

    /// <summary>False while somebody has stopped it on purpose.</summary>
    public bool Wanted => watch is not null;

    public RunningProcess? Process => program.Process;

    public async Task StartAsync(CancellationToken ct)
    {
        await oneAtATime.WaitAsync(ct);
        try
        {
            if (Wanted) return;
            try
            {
                await program.StartAsync(ct);
            }
            catch
            {
                // What was not ready in time may still run; nobody would watch it, and it would hold its ports.
                await program.StopAsync();
                throw;
            }

            watch = new();
            watching = WatchAsync(watch.Token);
        }
        finally
        {
            oneAtATime.Release();
        }

        changed();
    }

    public async Task StopAsync()
    {
        await oneAtATime.WaitAsync();
        try
        {
            if (watch is not null)
            {
                await watch.CancelAsync();
                await watching;
                watch.Dispose();
                watch = null;
            }

            // Also where nobody watches yet: a start that was broken off may have left a process.
            await program.StopAsync();
        }
        finally
        {
            oneAtATime.Release();
        }

        changed();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        oneAtATime.Dispose();
    }

    private async Task WatchAsync(CancellationToken ct)
    {
        var failures = 0;
        try
        {
            while (true)
            {
                var started = TimeProvider.System.GetTimestamp();
                await program.Process!.WaitForExitAsync(ct);
                if (TimeProvider.System.GetElapsedTime(started) > LongEnoughToForgive) failures = 0;
                say($"{name} ended with status {program.Process.ExitCode}, starting it again");
                do await Task.Delay(BackOff[Math.Min(failures++, BackOff.Length - 1)], ct);
                while (!await TryStartAsync(ct));
                Restarts++;
                changed();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Somebody stops it on purpose.
        }
    }

    private async Task<bool> TryStartAsync(CancellationToken ct)
    {
        try
        {
            await program.StopAsync();
            await program.StartAsync(ct);
            return true;
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            say($"{name} does not start: {failure.Message}");
            return false;
        }
    }
}
