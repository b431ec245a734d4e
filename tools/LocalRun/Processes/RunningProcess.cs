using System.Diagnostics;

namespace DevPortal.LocalRun;

/// <summary>A program that we started, with everything that it started in turn.</summary>
public sealed class RunningProcess(Process process, Launch launch)
{
    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    public Task WaitForExitAsync(CancellationToken ct) => process.WaitForExitAsync(ct);

    /// <summary>Stops the program in good order, and by force what is left of it and its children after <paramref name="patience"/>.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        var children = ProcessTree.Descendants(Id);
        if (!process.HasExited)
        {
            Native.Send(Id, Signal.Continue);
            Native.Send(Id, launch.StopSignal);
            await process.WaitForExitAsync().WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        KillWith(children);
        await process.WaitForExitAsync();
    }

    /// <summary>Ends the program and its children at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        KillWith(ProcessTree.Descendants(Id));
        await process.WaitForExitAsync();
    }

    /// <summary>Freezes the program and its children: connections stay open and nothing answers.</summary>
    public void Pause() => SendToAll(Signal.Stop);

    public void Resume() => SendToAll(Signal.Continue);

    private void KillWith(IReadOnlyList<ProcessIdentity> children)
    {
        if (!process.HasExited) Native.Send(Id, Signal.Kill);
        foreach (var child in children.Where(child => child.IsAlive)) Native.Send(child.Id, Signal.Kill);
    }

    private void SendToAll(Signal signal)
    {
        Native.Send(Id, signal);
        foreach (var child in ProcessTree.Descendants(Id)) Native.Send(child.Id, signal);
    }
}
