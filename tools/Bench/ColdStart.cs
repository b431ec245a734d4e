using System.Diagnostics;
using DevPortal.LocalRun;

namespace DevPortal.Bench;

/// <summary>A start of everything on data that is there, beside a start of RabbitMQ alone on the same machine, in turns; and what memory it takes. Uses a portal of its own.</summary>
static class ColdStart
{
    const int Runs = 3;
    const double MostOfBroker = 2.2, MostMegabytes = 1_000;

    public static async Task<IReadOnlyList<Measured>> RunAsync(Action<string> say, CancellationToken ct)
    {
        var folder = Path.Combine(new[] { Path.GetTempPath(), "/var/tmp" }.First(ServerUser.CanReach), $"devportal-bench-{Guid.NewGuid():N}"[..24]);
        Directory.CreateDirectory(folder);
        var state = new StateFolder(Path.Combine(folder, "portal"));
        string[] where = ["--state", state.Path, "--port", $"{Pair()}"];
        var (broker, everything, memory) = (new List<double>(), new List<double>(), new List<double>());
        double afterDemo;
        try
        {
            say("a first start, to have data");
            await LocalRunAsync(["up", "--detach", .. where], ct);
            await LocalRunAsync(["down", "--state", state.Path], ct);
            await using var rabbit = new NativeRabbitMq(new(Path.Combine(folder, "rabbitmq"), Ports.Free(), "bench", Guid.NewGuid().ToString("N")), Ports.Free(), Ports.Free());
            await TimeBrokerAsync(rabbit, ct);
            for (var run = 1; run <= Runs; run++)
            {
                say($"start {run} of {Runs}");
                broker.Add(await TimeBrokerAsync(rabbit, ct));
                var started = Stopwatch.GetTimestamp();
                await LocalRunAsync(["up", "--detach", .. where], ct);
                everything.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
                memory.Add(Megabytes(state));
                if (run < Runs) await LocalRunAsync(["down", "--state", state.Path], ct);
            }

            say("the demo");
            await RunAsync("Demo", ["demo", "--accounts-file", state.Accounts, "--address", RunState.Of(state)!.Address], ct);
            afterDemo = Megabytes(state);
        }
        finally
        {
            await LocalRunAsync(["down", "--state", state.Path], CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }

        var ratio = Median.Of(everything) / Median.Of(broker);
        return
        [
            new("RabbitMQ alone", $"{Median.Of(broker):0.0} s", []),
            new("everything, until all is healthy", $"{Median.Of(everything):0.0} s, {ratio:0.00} of RabbitMQ alone", ratio > MostOfBroker ? [$"at most {MostOfBroker}"] : []),
            new(".NET programs after the start (PSS)", $"{Median.Of(memory):0} MB", []),
            new(".NET programs after the demo (PSS)", $"{afterDemo:0} MB", afterDemo > MostMegabytes ? [$"at most {MostMegabytes} MB"] : []),
        ];
    }

    static async Task<double> TimeBrokerAsync(NativeRabbitMq rabbit, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        await rabbit.StartAsync(ct);
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await rabbit.StopAsync();
        return took;
    }

    static double Megabytes(StateFolder state) => RunState.Of(state)!.Programs.Where(program => program is { IsDotNet: true, Process: not null }).Sum(program => Memory.Megabytes(program.Process!.Id) ?? 0);

    static Task LocalRunAsync(string[] arguments, CancellationToken ct) => RunAsync("LocalRun", arguments, ct);

    /// <summary>A program as ./devportal starts it.</summary>
    static async Task RunAsync(string program, string[] arguments, CancellationToken ct)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [$"tools/{program}/bin/ReadyToRun/net10.0/DevPortal.{program}.dll", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0) throw new InvalidOperationException(string.Join('\n', await said));
    }

    // The stand-in listens on the port after the gateway's.
    static int Pair()
    {
        while (true)
        {
            var port = Ports.Free();
            if (Ports.IsFree(port + 1)) return port;
        }
    }
}
