using System.CommandLine;
using Spectre.Console;

namespace DevPortal.LocalRun.Commands;

/// <summary>How a run is: health, memory, accounts.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var command = new Command("status", "Shows health, memory (PSS) and accounts.");
        command.SetAction((parsed, ct) => RunAsync(CommonOptions.StateOf(parsed), ct));
        return command;
    }

    private static async Task<int> RunAsync(StateFolder state, CancellationToken ct)
    {
        if (RunState.Of(state) is not { } run)
        {
            Console.WriteLine($"Nothing runs in {state.Path}: ./devportal up");
            return 1;
        }

        using var health = new Health();
        var rows = await Task.WhenAll(run.Programs.Select(async program => (
            Program: program,
            Trouble: await TroubleAsync(program, health, ct),
            Memory: program.Process is { IsAlive: true } process ? Memory.Megabytes(process.Id) : null)));

        var table = new Table().Border(TableBorder.Simple).AddColumns("program", "health", "process", "restarts");
        table.AddColumn(new TableColumn("memory, MB").RightAligned());
        foreach (var (program, trouble, memory) in rows)
        {
            table.AddRow(
                Markup.Escape(program.Name), trouble is null ? "healthy" : $"[red]{Markup.Escape(trouble)}[/]",
                $"{program.Process?.Id}", $"{program.Restarts}", $"{memory:0}");
        }

        Console.WriteLine($"{run.Phase}: {run.Address}");
        AnsiConsole.Write(table);
        Console.WriteLine($"  .NET together: {rows.Where(row => row.Program.IsDotNet).Sum(row => row.Memory ?? 0):0} MB (PSS)");
        Welcome.PrintAccounts(state);
        return rows.All(row => row.Trouble is null) ? 0 : 1;
    }

    private static async Task<string?> TroubleAsync(ProgramState program, Health health, CancellationToken ct) => program switch
    {
        { Wanted: false } => "stopped",
        { Process: not { IsAlive: true } } => "is not running",
        { HealthAddress: { } address } => await health.AskAsync(address, ct),
        _ => null,
    };
}
