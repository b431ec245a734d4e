using System.CommandLine;
using System.CommandLine.Help;
using DevPortal.LocalRun;
using DevPortal.LocalRun.Commands;

// Named as people call it, so that usage shows what to type.
var root = new Command("./devportal", "Runs DevPortal's manifest as processes on this machine.")
{
    new HelpOption(),
    CommonOptions.Manifest,
    CommonOptions.State,
    UpCommand.Create(),
    DownCommand.Create(),
    StatusCommand.Create(),
    LogsCommand.Create(),
    TraceCommand.Create(),
};
foreach (var command in ControlCommand.Create()) root.Subcommands.Add(command);

try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (Exception expected) when (expected is CannotRunException or ServerMissingException or InvalidDataException or IOException or UnauthorizedAccessException or TimeoutException)
{
    await Console.Error.WriteLineAsync(expected.Message);
    return 1;
}
