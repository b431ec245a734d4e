namespace DevPortal.LocalRun;

/// <summary>Has tools/Demo fill the empty portal through its public API.</summary>
internal static class DemoFill
{
    private const string Project = "tools/Demo/Demo.csproj";

    /// <summary>Does nothing where an earlier run has filled it.</summary>
    /// <exception cref="CannotRunException">It failed; the message ends with its log.</exception>
    public static async Task RunAsync(string repository, string address, StateFolder state, Action<string> say, CancellationToken ct)
    {
        if (File.Exists(state.Accounts)) return;

        say("filling the empty portal");
        var log = state.Log("demo");
        string[] arguments = ["fill", "--address", address, "--bootstrap-token-file", state.BootstrapToken, "--accounts-file", state.Accounts];
        var fill = new DotNetProgram(Path.Combine(repository, Project), arguments, new Dictionary<string, string>(), log);
        await fill.StartAsync(ct);
        try
        {
            await fill.Process!.WaitForExitAsync(ct);
        }
        finally
        {
            await fill.StopAsync();
        }

        if (fill.Process.ExitCode != 0) throw new CannotRunException($"The portal runs, but filling it failed ({log}).\n{LogTail.Of(log)}");
        if (!File.Exists(state.Accounts)) throw new CannotRunException($"Filling the portal left no accounts in {state.Accounts}.");
    }
}
