using System.CommandLine;
using DevPortal.LocalRun.Tracing;

namespace DevPortal.LocalRun.Commands;

/// <summary>Shows all that was done for one request, in every process.</summary>
internal static class TraceCommand
{
    private static readonly Argument<Guid> Id = new("correlation-id") { Description = "From the header X-Correlation-Id or a request's history." };

    public static Command Create()
    {
        var command = new Command("trace", "Shows all traces of one request as trees with milliseconds.") { Id };
        command.SetAction(parsed => Run(CommonOptions.StateOf(parsed), parsed.GetRequiredValue(Id)));
        return command;
    }

    private static int Run(StateFolder state, Guid id)
    {
        var any = false;
        foreach (var line in TraceTree.Draw(WrittenSpan.ReadAll(state), id.ToString()))
        {
            Console.WriteLine(line);
            any = true;
        }

        if (!any) Console.Error.WriteLine($"No span in {state.Logs} carries {id}. Spans are written about half a second after they end, and the oldest are dropped.");
        return any ? 0 : 1;
    }
}
