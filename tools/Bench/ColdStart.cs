using System.Diagnostics;
using DevPortal.LocalRun;

namespace DevPortal.Bench;

/// <summary>A start of everything on data that is there, beside a start of RabbitMQ alone on the same machine, in turns; and what memory it takes. Uses a portal of its own.</summary>
static class ColdStart
{
    const int Runs = 3;
    const double MostOfBroker = 2.2, MostMegabytes = 1_000;
    const string Postgres = "postgres", RabbitMq = "rabbitmq";

    public static async Task<IReadOnlyList<Measured>> RunAsync(Action<string> say, CancellationToken ct)
    {
        await using var portal = new OwnPortal();
        var (broker, everything, memory, beside) = (new List<double>(), new List<double>(), new List<double>(), new List<Dictionary<string, double>>());
        say("a first start, to have data");
        await portal.UpAsync(ct);
        await portal.DownAsync(ct);
        await using (var rabbit = new NativeRabbitMq(new(Path.Combine(portal.Folder, "rabbitmq"), Ports.Free(), "bench", Guid.NewGuid().ToString("N")), Ports.Free(), Ports.Free()))
        {
            await TimeBrokerAsync(rabbit, ct);
            for (var run = 1; run <= Runs; run++)
            {
                say($"start {run} of {Runs}");
                broker.Add(await TimeBrokerAsync(rabbit, ct));
                var started = Stopwatch.GetTimestamp();
                await portal.UpAsync(ct);
                everything.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
                memory.Add(portal.Megabytes());
                beside.Add(new[] { Postgres, RabbitMq }.ToDictionary(program => program, portal.MegabytesOf));
                if (run < Runs) await portal.DownAsync(ct);
            }
        }

        say("the demo");
        await OwnPortal.RunAsync("Demo", ["demo", "--accounts-file", portal.State.Accounts, "--address", $"{portal.Address}"], ct);
        var afterDemo = portal.Megabytes();
        Measured Beside(string program, string name) => new($"{name} after the start, after the demo (PSS)", $"{Median.Of(beside.Select(one => one[program])):0} MB, {portal.MegabytesOf(program):0} MB", []);

        var ratio = Median.Of(everything.Zip(broker, (all, alone) => all / alone));
        return
        [
            new("RabbitMQ alone", $"{Median.Of(broker):0.0} s", []),
            new("everything, until all is healthy", $"{Median.Of(everything):0.0} s, {ratio:0.00} of RabbitMQ alone", ratio > MostOfBroker ? [$"at most {MostOfBroker}"] : []),
            new(".NET programs after the start (PSS)", $"{Median.Of(memory):0} MB", []),
            new(".NET programs after the demo (PSS)", $"{afterDemo:0} MB", afterDemo > MostMegabytes ? [$"at most {MostMegabytes} MB"] : []),
            Beside(Postgres, "PostgreSQL"),
            Beside(RabbitMq, "RabbitMQ"),
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
}
