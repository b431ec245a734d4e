namespace DevPortal.TykStandIn;

/// <summary>How many requests of each kind came in with the right secret, those hit by a fault included.</summary>
public sealed class CallCounts
{
    readonly int[] counts = new int[Enum.GetValues<CallKind>().Length];

    public int this[CallKind kind] => Volatile.Read(ref counts[(int)kind]);

    /// <summary>Forgets what was counted.</summary>
    public void Reset()
    {
        for (var i = 0; i < counts.Length; i++) Interlocked.Exchange(ref counts[i], 0);
    }

    internal void Add(CallKind kind) => Interlocked.Increment(ref counts[(int)kind]);

    internal Dictionary<CallKind, int> ToDictionary() => Enum.GetValues<CallKind>().ToDictionary(k => k, k => this[k]);
}
