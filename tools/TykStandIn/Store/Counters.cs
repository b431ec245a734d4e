
namespace DevPortal.TykStandIn;

/// <summary>Quota counters and rolling rate windows by name. Written to disk a moment after a change, so a crash may lose the last calls.</summary>
sealed class Counters : IDisposable
{
    static readonly TimeSpan WriteDelay = TimeSpan.FromMilliseconds(200);

    readonly Lock gate = new();
    readonly Lock writing = new();
    readonly FileShelf shelf;
    readonly TimeProvider clock;
    readonly ITimer timer;
    readonly Content content;
    bool isDirty;

    public Counters(FileShelf shelf, TimeProvider clock)
    {
        (this.shelf, this.clock) = (shelf, clock);
        content = shelf.Read("counters", "all") is { } text && TykJson.Read<Content>(text) is { } stored ? stored : new();
        timer = TimeProvider.System.CreateTimer(_ => WriteIfChanged(), null, WriteDelay, WriteDelay);
    }

    /// <summary>Counts one call; the counter starts anew when its period (in seconds, ≤ 0 for ever) is over.</summary>
    public long Increment(string name, long period)
    {
        lock (gate)
        {
            isDirty = true;
            var now = clock.GetUtcNow();
            var counter = content.Quotas.TryGetValue(name, out var known) && known.Ends > now ? known : new(0, period > 0 ? now.AddSeconds(period) : DateTimeOffset.MaxValue);
            content.Quotas[name] = counter with { Used = counter.Used + 1 };
            return counter.Used + 1;
        }
    }

    public long? Read(string name)
    {
        lock (gate) return content.Quotas.TryGetValue(name, out var counter) && counter.Ends > clock.GetUtcNow() ? counter.Used : null;
    }

    /// <summary>Adds one call to a rolling window and tells how many were in it before. Refused calls count too.</summary>
    public int Hit(string name, double seconds)
    {
        lock (gate)
        {
            isDirty = true;
            var now = clock.GetUtcNow();
            if (!content.Windows.TryGetValue(name, out var hits)) content.Windows[name] = hits = [];
            while (hits.TryPeek(out var oldest) && oldest <= now.AddSeconds(-seconds)) hits.Dequeue();
            hits.Enqueue(now);
            return hits.Count - 1;
        }
    }

    public void Remove(string suffix)
    {
        lock (gate)
        {
            isDirty = true;
            content.Quotas.Remove("quota-" + suffix);
            content.Windows.Remove("rate-" + suffix);
        }
    }

    public void Dispose()
    {
        timer.Dispose();
        WriteIfChanged();
    }

    void WriteIfChanged()
    {
        lock (writing)
        {
            string text;
            lock (gate)
            {
                if (!isDirty) return;
                isDirty = false;
                text = TykJson.Write(content);
            }

            shelf.Write("counters", "all", text);
        }
    }

    sealed record Counter(long Used, DateTimeOffset Ends);

    sealed record Content
    {
        public Dictionary<string, Counter> Quotas { get; init; } = [];

        public Dictionary<string, Queue<DateTimeOffset>> Windows { get; init; } = [];
    }
}
