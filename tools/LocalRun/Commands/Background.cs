using System.CommandLine;
using System.Diagnostics;
using DevPortal.Manifest;

namespace DevPortal.LocalRun.Commands;

/// <summary>Starts <c>up</c> as a process of its own and shows what it says until it is ready.</summary>
internal static class Background
{
    public static async Task<int> RunAsync(ParseResult parsed, IReadOnlyDictionary<string, string> parameters, CancellationToken ct)
    {
        var state = CommonOptions.StateOf(parsed);
        var output = Path.Combine(state.Logs, "up.out");
        // It will hold the accounts' passwords.
        PrivateFile.Write(output, "");
        // setsid, so that neither Ctrl-C nor the end of this terminal reaches it.
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", "out=$1; shift; exec setsid \"$@\" >\"$out\" 2>&1 </dev/null", "sh", output, "dotnet", typeof(Background).Assembly.Location },
        };
        var arguments = parsed.Tokens.Select(token => token.Value).ToList();
        arguments.Remove("--detach");
        RemoveParameters(arguments, parameters.Keys);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        // Not as arguments, which every user of the machine can read.
        foreach (var (name, value) in parameters) start.Environment[Parameters.Variable(name)] = value;

        using var up = Process.Start(start)!;
        using var shown = new StreamReader(new FileStream(output, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        var said = "";
        while (true)
        {
            var ended = up.HasExited;
            var ready = RunState.Of(state) is { Phase: RunPhase.Ready } run && run.Supervisor.Id == up.Id;
            await ShowAsync();
            if (ended) return up.ExitCode == 0 ? 1 : up.ExitCode;
            if (ready) break;
            await Task.Delay(100, ct);
        }

        // The welcome is written after the state says ready.
        await Poll.UntilAsync(
            async () =>
            {
                await ShowAsync();
                return said.Contains("./devportal down", StringComparison.Ordinal);
            },
            TimeSpan.FromSeconds(5), () => $"It is ready, but said nothing more: see {output}.", ct);
        return 0;

        async Task ShowAsync()
        {
            var more = await shown.ReadToEndAsync(ct);
            Console.Write(more);
            said += more;
        }
    }

    private static void RemoveParameters(List<string> arguments, IEnumerable<string> parameters)
    {
        foreach (var option in parameters.Select(name => $"--{name}"))
        {
            var at = arguments.IndexOf(option);
            if (at >= 0) arguments.RemoveRange(at, 2);
        }
    }
}
