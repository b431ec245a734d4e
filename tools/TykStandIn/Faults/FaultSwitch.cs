namespace DevPortal.TykStandIn;

/// <summary>Switches faults on and off, from code or through <c>/stand-in/faults</c>.</summary>
public sealed class FaultSwitch : IDisposable
{
    readonly Lock gate = new();
    readonly SemaphoreSlim changing = new(1, 1);
    readonly TimeProvider clock;
    readonly Func<bool, Task> setListening;
    Fault current = new();
    int hits;
    StoreNews news = new(DateTimeOffset.MinValue, TimeSpan.Zero, SeenBefore: false, DownNow: false);

    internal FaultSwitch(TimeProvider clock, Func<bool, Task> setListening) => (this.clock, this.setListening) = (clock, setListening);

    /// <summary>The fault that is on; <see cref="FaultKind.None"/> when there is none.</summary>
    public Fault Current
    {
        get { lock (gate) return current; }
    }

    /// <summary>How many calls the current (or last) fault has hit.</summary>
    public int Hits
    {
        get { lock (gate) return hits; }
    }

    public void Dispose() => changing.Dispose();

    internal bool IsStoreSeenDown
    {
        get { lock (gate) return SeenDown(); }
    }

    /// <summary>Replaces the fault that is on. When it returns the fault works; a gateway that refused connections listens again on its old port.</summary>
    /// <exception cref="IOException">Somebody else took the port meanwhile.</exception>
    public async Task SwitchOnAsync(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        await changing.WaitAsync();
        try
        {
            Set(fault);
            await setListening(fault.Kind != FaultKind.Refuse);
        }
        finally
        {
            changing.Release();
        }
    }

    public Task SwitchOffAsync() => SwitchOnAsync(new Fault());

    /// <summary>The fault that hits this call, or null; counts the hit.</summary>
    internal Fault? Take(CallKind kind)
    {
        lock (gate)
        {
            if (current.Kind is FaultKind.None or FaultKind.Refuse || !Concerns(current, kind)) return null;
            var taken = current;
            if (++hits >= taken.Count) Change(new Fault());
            return taken;
        }
    }

    static bool Concerns(Fault fault, CallKind kind) => (fault.Kind, fault.Match) switch
    {
        // Policies, APIs and previews come from memory; health hears of the store late and by itself.
        (FaultKind.StoreDown, null) => kind is not (CallKind.Policies or CallKind.Apis or CallKind.Reload or CallKind.Preview or CallKind.Health or CallKind.Other),
        (_, null) => kind != CallKind.Call,
        var (_, match) => match == kind,
    };

    void Set(Fault fault)
    {
        lock (gate)
        {
            Change(fault);
            hits = 0;
        }
    }

    void Change(Fault fault)
    {
        var down = fault is { Kind: FaultKind.StoreDown, Match: null or CallKind.Health };
        if (down != news.DownNow)
        {
            var delay = TimeSpan.FromMilliseconds((down ? fault : current).HealthDelayMs);
            news = new(clock.GetUtcNow(), delay, SeenDown(), down);
        }

        current = fault;
    }

    bool SeenDown() => clock.GetUtcNow() - news.Since >= news.Delay ? news.DownNow : news.SeenBefore;

    sealed record StoreNews(DateTimeOffset Since, TimeSpan Delay, bool SeenBefore, bool DownNow);
}
