using System.CommandLine;
using System.Runtime.InteropServices;
using DevPortal.Manifest;

namespace DevPortal.LocalRun.Commands;

/// <summary>Brings everything up and keeps it running until Ctrl-C or <c>down</c>.</summary>
internal static class UpCommand
{
    private static readonly Option<int> Port = new("--port") { Description = "The gateway's port; the stand-in takes the next one.", DefaultValueFactory = _ => 8080 };
    private static readonly Option<bool> Detach = new("--detach") { Description = "Returns when all is healthy; it goes on in the background." };
    private static readonly Option<bool> Fresh = new("--fresh") { Description = "Forgets all data, secrets and accounts of earlier runs." };
    private static readonly Option<int> Replicas = new("--replicas") { Description = "Processes of each service and of the gateway.", DefaultValueFactory = _ => 1 };
    private static readonly Option<bool> Empty = new("--empty") { Description = "Leaves the portal empty: the first admin is made at /welcome." };

    private static readonly Dictionary<string, Option<string>> Tyk = new[]
    {
        ("tyk-url", "A real Tyk's control address, instead of the stand-in."),
        ("tyk-secret", "Its secret; better as DEVPORTAL_TYK_SECRET, which other users cannot see."),
        ("tyk-org-id", "Its organisation."),
        ("tyk-public-url", "Where consumers call its APIs."),
        ("tyk-kind", "gateway or folder."),
        ("tyk-path", "A dump folder."),
    }.ToDictionary(option => option.Item1, option => new Option<string>($"--{option.Item1}") { Description = option.Item2 });

    public static Command Create()
    {
        Port.Validators.Add(given => { if (given.GetValueOrDefault<int>() is < 1 or > 65534) given.AddError("--port takes 1 to 65534; the port after it is Tyk's stand-in's."); });
        Replicas.Validators.Add(given => { if (given.GetValueOrDefault<int>() is < 1 or > 9) given.AddError("--replicas takes 1 to 9."); });
        var command = new Command("up", "Brings everything up and keeps it running.") { Port, Detach, Fresh, Empty, Replicas };
        foreach (var option in Tyk.Values) command.Options.Add(option);
        command.SetAction((parsed, ct) => parsed.GetValue(Detach) ? Background.RunAsync(parsed, Given(parsed), ct) : RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

        var manifest = parsed.GetRequiredValue(CommonOptions.Manifest);
        var parameters = Parameters.FromEnvironment(AppManifest.Load(manifest));
        foreach (var (name, value) in Given(parsed)) parameters[name] = value;
        var options = new PortalRunOptions(manifest, parsed.GetRequiredValue(CommonOptions.State), parsed.GetRequiredValue(Port))
        {
            Parameters = parameters,
            Fresh = parsed.GetValue(Fresh),
            Replicas = parsed.GetValue(Replicas),
            FillStandIn = !parsed.GetValue(Empty),
        };

        var clock = TimeProvider.System.GetTimestamp();
        try
        {
            await using (var run = await PortalRun.StartAsync(options, Say, stop.Token))
            {
                Welcome.Print(run.Address, run.StandInAddress, run.State);
                await Task.Delay(Timeout.Infinite, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Say("stopping");
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped while it was starting.
        }

        Say("everything is stopped");
        return 0;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }

        void Say(string line) => Console.WriteLine($"{TimeProvider.System.GetElapsedTime(clock).TotalSeconds,6:0.0} s  {line}");
    }

    private static Dictionary<string, string> Given(ParseResult parsed) => Tyk
        .Select(option => (option.Key, Value: parsed.GetValue(option.Value)))
        .Where(option => option.Value is not null)
        // As the caller sees it: the script that started us went to the repository's folder first.
        .ToDictionary(option => option.Key, option => option.Key == "tyk-path" ? Path.GetFullPath(option.Value!, CalledFrom) : option.Value!);

    private static string CalledFrom => Environment.GetEnvironmentVariable("DEVPORTAL_CALLED_FROM") ?? Environment.CurrentDirectory;
}
