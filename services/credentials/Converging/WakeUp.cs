using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Marten;
using Npgsql;

namespace DevPortal.Credentials;

/// <summary>Tells the workers of this process that a credential wants attention. Only a wake-up: what it misses, the sweep finds in the table.</summary>
public sealed class WakeUp
{
    readonly ConcurrentDictionary<string, SourceQueue> queues = new(StringComparer.Ordinal);

    /// <summary>Writes in the session's transaction that the credential is due; call the result after the commit.</summary>
    /// <remarks>Call it last before saving: whoever works on the credential locks its row before its stream, and so must this.</remarks>
    public async Task<Action> MarkAsync(IDocumentSession session, Guid credential, string source, CancellationToken ct)
    {
        await session.BeginTransactionAsync(ct);
        await using var command = new NpgsqlCommand(
            """
            insert into converging (credential, source, due) values ($1, $2, now())
            on conflict (credential) do update set due = now(), failures = 0, dirty = converging.until > now()
            """);
        command.Parameters.Add(new() { Value = credential });
        command.Parameters.Add(new() { Value = source });
        await session.ExecuteAsync(command, ct);
        var trace = Activity.Current?.Context ?? default;
        return () => Queue(source).Add(new(credential, trace));
    }

    internal SourceQueue Queue(string source) => queues.GetOrAdd(source, static _ => new SourceQueue());
}

/// <summary>A credential that wants attention, and the trace of the call that caused it.</summary>
readonly record struct Wake(Guid Credential, ActivityContext Trace);

/// <summary>Credentials of one source that wait for a worker; each stands in it once.</summary>
sealed class SourceQueue
{
    // What does not fit is found by the sweep.
    readonly Channel<Wake> channel = Channel.CreateBounded<Wake>(10_000);
    readonly ConcurrentDictionary<Guid, byte> waiting = [];

    public int Count => waiting.Count;

    public void Add(Wake wake)
    {
        if (waiting.TryAdd(wake.Credential, 0) && !channel.Writer.TryWrite(wake)) waiting.TryRemove(wake.Credential, out _);
    }

    public async IAsyncEnumerable<Wake> TakeAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var wake in channel.Reader.ReadAllAsync(ct))
        {
            // From here on another wake-up counts: it may tell of what this round does not see.
            waiting.TryRemove(wake.Credential, out _);
            yield return wake;
        }
    }
}
