using System.Net;
using System.Net.Sockets;
using Xunit;

namespace DevPortal.LocalRun.Tests;

public sealed class PortalRunTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_project_gets_what_the_manifest_says_and_listens_on_loopback_only()
    {
        using var portal = new StubPortal();
        await using var run = await portal.StartAsync(Ct);

        var environment = await portal.EnvironmentAsync(Ct);

        Assert.Equal("hello", environment["Greeting"]);
        Assert.Equal(run.Parameter("password"), environment["Password"]);
        Assert.Equal($"http://127.0.0.1:{portal.Port}", environment["ASPNETCORE_URLS"]);
        Assert.DoesNotContain("HTTP_PORTS", environment.Keys);
        Assert.Equal($"http://127.0.0.1:{portal.Port}", environment["services__some-stub__http__0"]);
    }

    [Fact]
    public async Task Our_own_parameters_are_not_handed_on_to_every_program()
    {
        Environment.SetEnvironmentVariable("DEVPORTAL_SOME_SECRET", "meant for one");
        using var portal = new StubPortal();
        await using var run = await portal.StartAsync(Ct);

        Assert.DoesNotContain("DEVPORTAL_SOME_SECRET", (await portal.EnvironmentAsync(Ct)).Keys);
    }

    [Fact]
    public async Task A_killed_program_is_started_again()
    {
        using var portal = new StubPortal();
        await using var run = await portal.StartAsync(Ct);
        var before = await portal.ProcessAsync(Ct);

        await run.KillAsync("stub");
        await run.UntilHealthyAsync(Ct);

        Assert.NotEqual(before, await portal.ProcessAsync(Ct));
        Assert.Equal(1, RunState.Of(run.State)!.Programs.Single().Restarts);
    }

    [Fact]
    public async Task A_program_that_was_stopped_stays_away_until_it_is_started()
    {
        using var portal = new StubPortal();
        await using var run = await portal.StartAsync(Ct);

        await ControlClient.SendAsync(run.State, ControlVerb.Stop, "stub", Ct);
        await Assert.ThrowsAsync<HttpRequestException>(() => portal.ProcessAsync(Ct));
        Assert.False(RunState.Of(run.State)!.Programs.Single().Wanted);

        await ControlClient.SendAsync(run.State, ControlVerb.Start, "stub", Ct);
        await run.UntilHealthyAsync(Ct);
    }

    [Fact]
    public async Task Breaking_a_program_that_does_not_exist_says_which_do()
    {
        using var portal = new StubPortal();
        await using var run = await portal.StartAsync(Ct);

        var refusal = await Assert.ThrowsAsync<CannotRunException>(() => ControlClient.SendAsync(run.State, ControlVerb.Kill, "stab", Ct));

        Assert.Contains("stub", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_run_in_the_same_folder_is_told_where_the_first_one_is()
    {
        using var portal = new StubPortal();
        await using var run = await portal.StartAsync(Ct);

        var refusal = await Assert.ThrowsAsync<CannotRunException>(() => portal.StartAsync(Ct));

        Assert.Contains(run.Address, refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"{Environment.ProcessId}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_busy_port_is_refused_with_the_process_that_holds_it()
    {
        using var portal = new StubPortal();
        using var holder = new TcpListener(IPAddress.Loopback, portal.Port);
        holder.Start();

        var refusal = await Assert.ThrowsAsync<CannotRunException>(() => portal.StartAsync(Ct));

        Assert.Contains($"process {Environment.ProcessId}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_last_from_run_to_run_until_a_fresh_start_and_only_their_owner_reads_them()
    {
        using var portal = new StubPortal();
        string first, second, fresh;
        await using (var run = await portal.StartAsync(Ct)) first = run.Parameter("password");
        await using (var run = await portal.StartAsync(Ct))
        {
            second = run.Parameter("password");
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(run.State.Secrets));
        }

        await using (var run = await PortalRun.StartAsync(portal.Options with { Fresh = true }, _ => { }, Ct)) fresh = run.Parameter("password");

        Assert.Equal(first, second);
        Assert.NotEqual(first, fresh);
    }

    [Fact]
    public async Task A_program_that_never_gets_healthy_is_named_and_nothing_is_left_running()
    {
        using var portal = new StubPortal();
        File.WriteAllText(portal.Manifest, File.ReadAllText(portal.Manifest).Replace("\"Greeting\"", "\"Kestrel__Endpoints__Http__Url\"", StringComparison.Ordinal));

        var failure = await Assert.ThrowsAsync<CannotRunException>(() =>
            PortalRun.StartAsync(portal.Options with { Patience = TimeSpan.FromSeconds(3) }, _ => { }, Ct));

        Assert.Contains("stub", failure.Message, StringComparison.Ordinal);
        Assert.Null(PortHolder.Of(portal.Port));
        Assert.Null(RunState.Of(new(portal.State)));
    }
}
