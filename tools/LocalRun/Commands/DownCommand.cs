using System.CommandLine;

namespace DevPortal.LocalRun.Commands;

/// <summary>Ends a run from another terminal.</summary>
internal static class DownCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Command Create()
    {
        var command = new Command("down", "Stops every process that up has started, and nothing else.");
        command.SetAction((parsed, ct) => RunAsync(CommonOptions.StateOf(parsed), ct));
        return command;
    }

    private static async Task<int> RunAsync(StateFolder state, CancellationToken ct)
    {
        if (RunState.Of(state) is not { Supervisor: var supervisor } run)
        {
            Console.WriteLine($"Nothing runs in {state.Path}.");
            return 0;
        }

        Native.Send(supervisor.Id, Signal.Terminate);
        try
        {
            await Poll.UntilAsync(() => Task.FromResult(!supervisor.IsAlive), Patience, () => "", ct);
        }
        catch (TimeoutException)
        {
            // At its death the kernel sends every program its own stop signal.
            Native.Send(supervisor.Id, Signal.Kill);
            await Poll.UntilAsync(() => Task.FromResult(!supervisor.IsAlive), Patience, () => $"Process {supervisor.Id} cannot be ended.", ct);
        }

        foreach (var program in run.Programs.Where(program => program.Process?.IsAlive == true))
            Console.WriteLine($"{program.Name} is still ending (process {program.Process!.Id}).");
        Console.WriteLine("Everything is stopped.");
        return 0;
    }
}
