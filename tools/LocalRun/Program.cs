using System.CommandLine;
using DevPortal.LocalRun;
using DevPortal.LocalRun.Commands;

var root = new RootCommand("Runs DevPortal's manifest as processes on this machine.")
{
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
catch (Exception expected) when (expected is CannotRunException or ServerMissingException or InvalidDataException or IOException or TimeoutException)
{
    await Console.Error.WriteLineAsync(expected.Message);
    return 1;
}
