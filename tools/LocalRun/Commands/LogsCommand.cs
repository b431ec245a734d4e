using System.CommandLine;

namespace DevPortal.LocalRun.Commands;

/// <summary>Shows what programs have written.</summary>
internal static class LogsCommand
{
    private static readonly Argument<string?> Program = new("program") { Description = "One program; without it the end of every log.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "Goes on with what is written from now on." };

    public static Command Create()
    {
        var command = new Command("logs", "Shows the logs.") { Program, Follow };
        command.SetAction((parsed, ct) => RunAsync(CommonOptions.StateOf(parsed), parsed.GetValue(Program), parsed.GetValue(Follow), ct));
        return command;
    }

    private static async Task<int> RunAsync(StateFolder state, string? program, bool follow, CancellationToken ct)
    {
        if (program is null)
        {
            foreach (var log in Directory.EnumerateFiles(state.Logs, "*.log").Order())
                Console.WriteLine($"── {Path.GetFileNameWithoutExtension(log)}\n{LogTail.Of(log, 8)}\n");
            return 0;
        }

        if (!File.Exists(state.Log(program)))
        {
            var known = Directory.EnumerateFiles(state.Logs, "*.log").Select(Path.GetFileNameWithoutExtension).Order();
            Console.Error.WriteLine($"There is no log of '{program}', but of {string.Join(", ", known)}.");
            return 1;
        }

        using var reader = new StreamReader(new FileStream(state.Log(program), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        do
        {
            Console.Write(await reader.ReadToEndAsync(ct));
            if (follow) await Task.Delay(200, ct);
        }
        while (follow);
        return 0;
    }
}
