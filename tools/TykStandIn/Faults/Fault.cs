namespace DevPortal.TykStandIn;

/// <summary>What goes wrong.</summary>
public enum FaultKind
{
    None,

    /// <summary>500, nothing done.</summary>
    Error500,

    /// <summary>No answer, nothing done, until the caller gives up (or <see cref="Fault.DelayMs"/> is over: then the connection is cut).</summary>
    Timeout,

    /// <summary>The right answer, <see cref="Fault.DelayMs"/> late.</summary>
    Slow,

    /// <summary>The gateway's port is closed; aimed at everything, whatever <see cref="Fault.Match"/> says.</summary>
    Refuse,

    /// <summary>The deed is done, the connection is cut before the answer.</summary>
    LostAnswer,

    /// <summary>Redis is gone: keys can't be found, listed or created, policies and APIs still answer.</summary>
    StoreDown,
}

/// <summary>One fault; at most one is on at a time.</summary>
public sealed record Fault
{
    public FaultKind Kind { get; init; }

    /// <summary>Which calls it hits; null for all but consumers' calls (a lost store hits those too).</summary>
    public CallKind? Match { get; init; }

    /// <summary>Milliseconds, for <see cref="FaultKind.Slow"/> and <see cref="FaultKind.Timeout"/>.</summary>
    public int? DelayMs { get; init; }

    /// <summary>Switches itself off after so many hits; null stays on. A refused connection is no hit.</summary>
    public int? Count { get; init; }

    /// <summary>Milliseconds until a create fails without a store: 4 s when Redis is down, 10 s when it hangs.</summary>
    public int CreateDelayMs { get; init; } = 4000;

    /// <summary>Milliseconds until <c>/hello</c> and <c>/ready</c> notice that the store went or came back.</summary>
    public int HealthDelayMs { get; init; } = 10_000;
}
