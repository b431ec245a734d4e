namespace DevPortal.TykStandIn;

/// <summary>
/// A stand-in for one Tyk Gateway 5.13.0 on a loopback port: control API, data plane and faults. In another process it runs
/// by <c>--port</c> and <c>--secret</c>, see the README beside this file.
/// </summary>
public sealed class StandIn : IAsyncDisposable
{
    readonly Gateway gateway;
    readonly Listener tyk;
    readonly Listener admin;

    StandIn(StandInOptions options, TimeProvider clock)
    {
        gateway = new(options, clock);
        tyk = new(options.Port, Map);
        admin = new(options.AdminPort, app => app.MapStandIn(this));
        Faults = new(clock, listens => listens ? tyk.Open() : tyk.Close());
        Secret = options.Secret;
    }

    /// <summary>Where the gateway listens, control API and data plane; stays the same while it refuses connections.</summary>
    public Uri Address => tyk.Address;

    /// <summary>Where <c>/stand-in</c> listens, also while the gateway refuses connections.</summary>
    public Uri AdminAddress => admin.Address;

    public string Secret { get; }

    public FaultSwitch Faults { get; }

    public CallCounts Calls { get; } = new();

    /// <summary>What of <see cref="StandInOptions.LoadFolder"/> was dropped, as a gateway drops it, and why.</summary>
    public IReadOnlyList<string> Skipped => gateway.Skipped;

    /// <summary>The keys that are there now, whatever fault is on.</summary>
    public IReadOnlyList<StoredKey> Keys
    {
        get
        {
            lock (gateway.Gate) return [.. gateway.Keys.Ids.Select(id => StoredKey.Of(gateway, id))];
        }
    }

    /// <summary>Starts a gateway; it is empty unless its state folder or <see cref="StandInOptions.LoadFolder"/> says otherwise.</summary>
    /// <param name="clock">Decides about expiry, quotas and rates; the system's when null.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="InvalidDataException">The folder to load can't be read.</exception>
    public static async Task<StandIn> StartAsync(StandInOptions options, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var standIn = new StandIn(options, clock ?? TimeProvider.System);
        try
        {
            await standIn.tyk.Open();
            await standIn.admin.Open();
            return standIn;
        }
        catch
        {
            await standIn.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops at once: calls in flight are cut. Keys and counters stay in the state folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await tyk.DisposeAsync();
        await admin.DisposeAsync();
        Faults.Dispose();
        gateway.Dispose();
    }

    void Map(WebApplication app)
    {
        app.UseSecret("/tyk", Secret);
        app.UseFaults(Faults, Calls);
        app.MapHealth(Faults, gateway.Clock);
        app.MapControlApi(gateway);
        app.MapDataPlane(gateway);
    }
}
