using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using Xunit;

namespace DevPortal.LocalRun.Tests;

/// <summary>The real command, with real servers, as a process of its own.</summary>
public sealed class SupervisorDeathTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // A job that a shell put into the background ignores SIGINT, and so do its children: there the other polite signal has to do.
    private static readonly Signal CtrlC = IgnoresInterrupts() ? Signal.Terminate : Signal.Interrupt;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Down_stops_every_process_that_up_has_started_epmd_too_and_the_data_is_there_again_afterwards()
    {
        using var portal = new StubPortal("postgres", "rabbitmq");
        using (var up = await UpAsync(portal))
        {
            var started = ProcessTree.Descendants(up.Id);
            Assert.Contains(started, process => Name(process) == "epmd");
            await ExecuteAsync(portal, "create table kept (id int)");

            using var down = LocalRun(portal, "down");
            await down.WaitForExitAsync(Ct).WaitAsync(Patience, Ct);

            Assert.Equal(0, down.ExitCode);
            Assert.True(up.HasExited);
            Assert.DoesNotContain(started, process => process.IsAlive);
        }

        using (var again = await UpAsync(portal))
        {
            await ExecuteAsync(portal, "insert into kept values (1)");
            Native.Send(again.Id, CtrlC);
            await again.WaitForExitAsync(Ct).WaitAsync(Patience, Ct);
            Assert.Equal(0, again.ExitCode);
        }
    }

    [Fact]
    public async Task Nothing_outlives_a_supervisor_that_was_killed()
    {
        using var portal = new StubPortal("postgres", "rabbitmq");
        using var up = await UpAsync(portal);
        var started = ProcessTree.Descendants(up.Id);
        Assert.True(started.Count > 3);

        up.Kill();

        await Poll.UntilAsync(
            () => Task.FromResult(!started.Any(process => process.IsAlive)), Patience,
            () => $"Still there: {string.Join(", ", started.Where(process => process.IsAlive).Select(Name))}", Ct);
    }

    [Fact]
    public async Task An_interrupt_while_a_server_is_still_starting_leaves_nothing_behind()
    {
        using var portal = new StubPortal("rabbitmq");
        using var up = LocalRun(portal, "up", "--empty", "--port", $"{portal.Port}");
        await Poll.UntilAsync(
            () => Task.FromResult(ProcessTree.Descendants(up.Id).Any(process => Name(process) == "beam.smp")), Patience,
            () => $"RabbitMQ does not even start, exited: {up.HasExited}", Ct);
        var started = ProcessTree.Descendants(up.Id);

        Native.Send(up.Id, CtrlC);
        await up.WaitForExitAsync(Ct).WaitAsync(Patience, Ct);

        Assert.DoesNotContain(started, process => process.IsAlive);
        Assert.Equal(0, up.ExitCode);
    }

    private static async Task<Process> UpAsync(StubPortal portal)
    {
        var up = LocalRun(portal, "up", "--empty", "--port", $"{portal.Port}");
        await Poll.UntilAsync(
            () => Task.FromResult(RunState.Of(new(portal.State)) is { Phase: RunPhase.Ready }), Patience,
            () => $"up is not ready, exited: {up.HasExited}", Ct);
        return up;
    }

    private static Process LocalRun(StubPortal portal, params string[] arguments) => Process.Start(
        "dotnet", [typeof(PortalRun).Assembly.Location, .. arguments, "--manifest", portal.Manifest, "--state", portal.State]);

    private static async Task ExecuteAsync(StubPortal portal, string sql)
    {
        var state = new StateFolder(portal.State);
        var port = JsonDocument.Parse(File.ReadAllText(state.Ports)).RootElement.GetProperty("postgres/tcp").GetInt32();
        var password = JsonDocument.Parse(File.ReadAllText(state.Secrets)).RootElement.GetProperty("password").GetString();
        await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={port};Username=ann;Password={password};Database=postgres;Pooling=false");
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }

    private static bool IgnoresInterrupts()
    {
        var ignored = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (Convert.ToUInt64(ignored["SigIgn:".Length..].Trim(), 16) & (1UL << (2 - 1))) != 0;
    }

    private static string Name(ProcessIdentity process) =>
        File.Exists($"/proc/{process.Id}/comm") ? File.ReadAllText($"/proc/{process.Id}/comm").Trim() : "gone";
}
