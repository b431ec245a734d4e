using DevPortal.Demo.Api;
using DevPortal.Demo.Filling;
using DevPortal.Demo.Playing;
using DevPortal.LocalRun;
using DevPortal.Testing;

namespace DevPortal.SystemTests;

/// <summary>A whole portal as processes, as <c>./devportal up</c> starts it, with a state folder and ports of its own.</summary>
public sealed class Portal : IAsyncDisposable
{
    readonly string name;
    readonly List<string> said;

    Portal(string name, PortalRun run, List<string> said)
    {
        (this.name, Run, this.said) = (name, run, said);
        Http = PortalClient.Connect(Address);
        Broker = new(run.ConnectionString("rabbitmq"));
    }

    public PortalRun Run { get; }

    public Uri Address => new(Run.Address);

    /// <summary>To the gateway, without retries: for those who want to see refusals.</summary>
    public HttpClient Http { get; }

    public BrokerView Broker { get; }

    /// <summary>Starts one and returns when all of it is healthy.</summary>
    /// <param name="name">Names its logs in <c>TestResults/</c>.</param>
    /// <param name="adjust">Changes how it is run; by default it is filled.</param>
    public static async Task<Portal> StartAsync(string name, CancellationToken ct, Func<PortalRunOptions, PortalRunOptions>? adjust = null)
    {
        var state = Path.Combine(new[] { Path.GetTempPath(), "/var/tmp" }.First(ServerUser.CanReach), $"devportal-system-{name}-{Guid.NewGuid().ToString("N")[..8]}");
        var options = new PortalRunOptions(Repository.Path("aspire-manifest.json"), state, FreePair()) { Fill = true, Patience = TimeSpan.FromMinutes(5) };
        var said = new List<string>();
        try
        {
            return new(name, await PortalRun.StartAsync(adjust?.Invoke(options) ?? options, line => { lock (said) said.Add($"{DateTime.UtcNow:HH:mm:ss.fff} {line}"); }, ct), said);
        }
        catch
        {
            Keep(name, new StateFolder(state), said);
            throw;
        }
    }

    public Task<Cast> AssembleAsync(CancellationToken ct) => AssembleAsync(PortalClient.Connect(Address), ct);

    /// <summary>Everybody signed in by a client of the test's own.</summary>
    public async Task<Cast> AssembleAsync(HttpClient http, CancellationToken ct) =>
        await Cast.AssembleAsync(http, await AccountsFile.ReadAsync(Run.State.Accounts, ct) ?? throw new InvalidOperationException("The portal was not filled."), ct);

    /// <summary>Every service and gateway, replicas too.</summary>
    public IReadOnlyList<string> Services => [.. RunState.Of(Run.State)!.Programs.Where(program => program.IsDotNet && program.Name != "tyk-stand-in").Select(program => program.Name)];

    /// <summary>Where a program says how it is; by its name in the manifest, replicas as <c>identity-2</c>.</summary>
    public Uri HealthAddressOf(string program) =>
        new(RunState.Of(Run.State)!.Programs.Single(known => known.Name == program).HealthAddress ?? throw new ArgumentException($"{program} has no health address.", nameof(program)));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Run.DisposeAsync();
        Keep(name, Run.State, said);
    }

    /// <summary>The logs are all that is left of it, for whoever looks for the reason of a failure.</summary>
    static void Keep(string name, StateFolder state, List<string> said)
    {
        var kept = Directory.CreateDirectory(Repository.Path("TestResults", "System.Tests", name)).FullName;
        foreach (var log in Directory.EnumerateFiles(state.Logs)) File.Copy(log, Path.Combine(kept, Path.GetFileName(log)), overwrite: true);
        lock (said) File.WriteAllLines(Path.Combine(kept, "run.log"), said);
        if (Directory.Exists(state.Data)) Directory.Delete(state.Data, recursive: true);
        Directory.Delete(state.Path, recursive: true);
    }

    // The stand-in listens on the port after the gateway's.
    static int FreePair()
    {
        while (true)
        {
            var port = Ports.Free();
            if (Ports.IsFree(port + 1)) return port;
        }
    }
}
