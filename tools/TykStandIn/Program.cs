using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;
using DevPortal.TykStandIn;

try
{
    var options = CommandLine.Read(args);
    await using var standIn = await StandIn.StartAsync(options);
    Console.WriteLine($"Tyk stand-in listens on {CommandLine.Shown(standIn.Address)}, its faults on {CommandLine.Shown(standIn.AdminAddress)} ({options})");
    foreach (var file in standIn.Skipped) await Console.Error.WriteLineAsync($"Not loaded: {file}");

    var stop = new TaskCompletionSource();
    using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    await stop.Task;
    return 0;

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stop.TrySetResult();
    }
}
catch (Exception e) when (e is ValidationException or InvalidDataException or IOException or InvalidOperationException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
