using DevPortal.ServiceDefaults;

namespace DevPortal.Eventing;

/// <summary>Reads follow one's own writes: a reference that a service has not heard of yet is waited for.</summary>
public static class NotYetKnown
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2), Young = TimeSpan.FromMinutes(10);

    /// <summary>Looks until something is found, at most 2 s, and only if the id is younger than 10 minutes (UUIDv7 tells; one of the
    /// future is nobody's).
    /// Wait before a transaction is opened (with an Idempotency-Key: in a filter outside of it), or everybody who waits holds a connection.</summary>
    /// <returns>What was found, or null with the refusal to answer: <c>not-yet-known</c> for young ids, else null (the caller says unknown).</returns>
    public static async Task<(T? Found, Refusal? Refusal)> WaitForAsync<T>(Guid id, string what, TimeProvider time, Func<Task<T?>> look, CancellationToken cancel)
        where T : class
    {
        var found = await look();
        if (found is not null || DeterministicId.MadeAt(id) is not { } made || (time.GetUtcNow() - made).Duration() > Young) return (found, null);
        var started = time.GetTimestamp();
        // Most arrive within the first looks; those that wait longer must not keep the database busy.
        for (var pause = 20; time.GetElapsedTime(started) < Patience; pause = Math.Min(pause * 2, 250))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(pause), time, cancel);
            found = await look();
            if (found is not null) return (found, null);
        }

        return (null, Refusal.NotYetKnown(what));
    }
}
