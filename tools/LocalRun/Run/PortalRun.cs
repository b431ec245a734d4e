using DevPortal.Manifest;

namespace DevPortal.LocalRun;

/// <summary>
/// The whole portal as processes on loopback, as the manifest says: a stand-in for Aspire's own orchestrator on machines
/// without containers, and the fixture of the system tests. Several runs live side by side, each with its own state folder.
/// </summary>
public sealed class PortalRun : IAsyncDisposable
{
    private readonly PortalRunOptions options;
    private readonly StateFolder state;
    private readonly Action<string> say;
    private readonly FileStream ownership;
    private readonly Topology topology;
    private readonly Dictionary<string, Supervised> programs;
    private readonly Lock writing = new();
    private RunPhase phase = RunPhase.Starting;
    private ControlSocket? control;

    private PortalRun(PortalRunOptions options, StateFolder state, Action<string> say, FileStream ownership)
    {
        this.options = options;
        this.state = state;
        this.say = say;
        this.ownership = ownership;
        topology = new(AppManifest.Load(options.Manifest), options, state);
        programs = topology.Servers.Concat(topology.Programs.Select(entry => (entry.Name, entry.Program)))
            .ToDictionary(entry => entry.Name, entry => new Supervised(entry.Name, entry.Program, say, WriteState));
    }

    /// <summary>The gateway, as people type it.</summary>
    public string Address => $"http://localhost:{options.GatewayPort}";

    /// <summary>Tyk's stand-in; null where a real Tyk is configured.</summary>
    public string? StandInAddress => topology.HasStandIn ? $"http://127.0.0.1:{topology.StandInPort}" : null;

    /// <summary>Where the stand-in's faults are switched; it answers also while the stand-in refuses connections.</summary>
    public string? StandInAdminAddress => topology.HasStandIn ? $"http://127.0.0.1:{topology.StandInAdminPort}" : null;

    public StateFolder State => state;

    public IReadOnlyCollection<string> Names => programs.Keys;

    /// <summary>Starts everything and returns when all of it is healthy; stops what it started when it fails.</summary>
    /// <param name="say">Gets one line for each thing worth telling a person.</param>
    /// <exception cref="CannotRunException">Another run owns the state folder or a port, or something does not become healthy.</exception>
    /// <exception cref="ServerMissingException">PostgreSQL or RabbitMQ is not installed.</exception>
    public static async Task<PortalRun> StartAsync(PortalRunOptions options, Action<string> say, CancellationToken ct)
    {
        var state = new StateFolder(options.State);
        var ownership = Own(state);
        try
        {
            if (options.Fresh) state.Clear();
            state.TurnLogsOver();
            var run = new PortalRun(options, state, say, ownership);
            try
            {
                await run.StartAllAsync(ct);
                return run;
            }
            catch
            {
                await run.DisposeAsync();
                throw;
            }
        }
        catch
        {
            await ownership.DisposeAsync();
            throw;
        }
    }

    /// <summary>The value of a parameter of the manifest in this run, secret or not.</summary>
    public string Parameter(string name) => topology.Parameter(name);

    /// <summary>The connection string of a server or database of the manifest.</summary>
    public string ConnectionString(string resource) => topology.Resolver.ConnectionString(resource);

    /// <summary>Kills a program as a power cut would; it is started again by itself, after a moment.</summary>
    public Task KillAsync(string name) => Find(name).Process?.KillAsync() ?? Task.CompletedTask;

    /// <summary>Stops a program until <see cref="StartAsync(string, CancellationToken)"/>.</summary>
    public Task StopAsync(string name) => Find(name).StopAsync();

    public Task StartAsync(string name, CancellationToken ct) => Find(name).StartAsync(ct);

    /// <summary>Freezes a program: its connections stay open and nothing answers.</summary>
    public void Pause(string name) => Find(name).Process?.Pause();

    public void Resume(string name) => Find(name).Process?.Resume();

    /// <summary>Waits until every program says that it is healthy.</summary>
    public async Task UntilHealthyAsync(CancellationToken ct)
    {
        var waiting = topology.Programs.ToDictionary(entry => entry.Name, entry => entry.HealthAddress);
        using var health = new Health();
        await Poll.UntilAsync(
            async () =>
            {
                foreach (var name in await health.HealthyAsync(waiting, ct))
                {
                    waiting.Remove(name);
                    say($"{name} is healthy");
                }

                return waiting.Count == 0;
            },
            options.Patience,
            () => $"Not healthy after {options.Patience.TotalSeconds:0} s: {string.Join(", ", waiting.Keys)}.\n{LogTail.Of(state.Log(waiting.Keys.First()))}",
            ct);
    }

    public async ValueTask DisposeAsync()
    {
        phase = RunPhase.Stopping;
        WriteState();
        if (control is not null) await control.DisposeAsync();
        await Task.WhenAll(topology.Programs.Select(entry => programs[entry.Name].DisposeAsync().AsTask()));
        await Task.WhenAll(topology.Servers.Select(entry => programs[entry.Name].DisposeAsync().AsTask()));
        File.Delete(state.Run);
        await ownership.DisposeAsync();
    }

    private async Task StartAllAsync(CancellationToken ct)
    {
        if (PortHolder.Of(options.GatewayPort) is { } holder) throw Busy(options.GatewayPort, holder);
        if (topology.HasStandIn && PortHolder.Of(topology.StandInPort) is { } other) throw Busy(topology.StandInPort, other);

        if (topology.Programs.Any(entry => entry.Name == "identity")) PrivateFile.Write(state.BootstrapToken, topology.Parameter("bootstrap-token"));
        WriteState();
        // As Prometheus's file_sd_configs reads it.
        PrivateFile.WriteJson(state.PrometheusTargets, topology.Metrics.Select(target => new
        {
            targets = new[] { target.Address },
            labels = new { service = target.Service, program = target.Name },
        }));
        control = new(this);
        // Nothing depends on the order. But RabbitMQ starts in a quarter of the time when nobody takes the processors from it by
        // failing to reach it again and again.
        var servers = Task.WhenAll(topology.Servers.Select(async entry =>
        {
            await programs[entry.Name].StartAsync(ct);
            say($"{entry.Name} is ready");
        }));
        await Task.WhenAll([servers, .. topology.Programs.Select(async entry =>
        {
            if (entry.NeedsServers) await servers;
            await programs[entry.Name].StartAsync(ct);
        })]);
        try
        {
            await UntilHealthyAsync(ct);
        }
        catch (TimeoutException late)
        {
            throw new CannotRunException(late.Message);
        }

        if (options.Fill || (options.FillStandIn && topology.HasStandIn)) await DemoFill.RunAsync(Path.GetDirectoryName(Path.GetFullPath(options.Manifest))!, Address, state, say, ct);
        phase = RunPhase.Ready;
        WriteState();
    }

    private static FileStream Own(StateFolder state)
    {
        try
        {
            return new(state.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            var owner = RunState.Of(state);
            throw new CannotRunException(owner is null
                ? $"Another run is starting or stopping in {state.Path}."
                : $"It runs already: {owner.Address}, process {owner.Supervisor.Id}. See ./devportal status, end it with ./devportal down.");
        }
    }

    private static CannotRunException Busy(int port, string holder) => new($"Port {port} is taken by {holder}. Choose another with --port.");

    private Supervised Find(string name) =>
        programs.TryGetValue(name, out var program) ? program : throw new CannotRunException($"There is no '{name}' here, but {string.Join(", ", programs.Keys)}.");

    private void WriteState()
    {
        lock (writing)
        {
            var health = topology.Programs.ToDictionary(entry => entry.Name, entry => entry.HealthAddress);
            PrivateFile.WriteJson(state.Run, new RunState(
                phase, ProcessIdentity.Of(Environment.ProcessId)!, Address, StandInAddress, StandInAdminAddress,
                [.. programs.Values.Select(program => new ProgramState(
                    program.Name, program.Process is { } process ? ProcessIdentity.Of(process.Id) : null, health.GetValueOrDefault(program.Name),
                    state.Log(program.Name), program.Restarts, program.Wanted, health.ContainsKey(program.Name)))]));
        }
    }
}
