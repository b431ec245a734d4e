using DevPortal.ServiceDefaults;
using Marten;
using Marten.Services;

namespace DevPortal.Eventing;

/// <summary>Wakes the relay after a commit. Sticky: a pulse while the relay is busy is remembered.</summary>
public sealed class Wakeup : IDisposable
{
    readonly SemaphoreSlim pulse = new(0, 1);

    /// <summary>Set by the relay while it runs in this process; else a commit here tells the other replicas by NOTIFY.</summary>
    internal bool RelayIsHere { get; set; }

    /// <summary>Tells other replicas; set by the relay.</summary>
    internal Func<Task>? NotifyOthers { get; set; }

    /// <summary>Call after a commit that Marten does not see (an outer transaction).</summary>
    public async Task PulseAsync()
    {
        Pulse();
        if (!RelayIsHere && NotifyOthers is { } notify) await notify();
    }

    internal void Pulse()
    {
        // Two pulses at once: the second finds the semaphore full, which says the same.
        try { pulse.Release(); } catch (SemaphoreFullException) { }
    }

    /// <inheritdoc/>
    public void Dispose() => pulse.Dispose();

    internal Task WaitAsync(TimeSpan atMost, CancellationToken cancel) => pulse.WaitAsync(atMost, cancel);
}

sealed class PulseAfterCommit(Wakeup wakeup) : DocumentSessionListenerBase
{
    public override Task AfterCommitAsync(IDocumentSession session, IChangeSet commit, CancellationToken token)
    {
        if (!commit.GetEvents().Any()) return Task.CompletedTask;
        Telemetry.Correlate(session.CorrelationId);
        return wakeup.PulseAsync();
    }
}
