using DevPortal.Eventing;
using Marten;
using Npgsql;

namespace DevPortal.TykSync.Runs;

/// <summary>One run at a time per source, whatever replicas there are: an advisory lock on a connection of its own.</summary>
public sealed class SourceLock : IAsyncDisposable
{
    readonly NpgsqlConnection connection;

    SourceLock(NpgsqlConnection connection) => this.connection = connection;

    /// <summary>Null: somebody else has it.</summary>
    public static async Task<SourceLock?> TryTakeAsync(LockConnection locks, string source, CancellationToken cancel)
    {
        var connection = await locks.OpenAsync(cancel);
        try
        {
            await using var take = new NpgsqlCommand("select pg_try_advisory_lock(hashtextextended('tyk-sync/' || $1, 0))", connection);
            take.Parameters.AddWithValue(source);
            if (await take.ExecuteScalarAsync(cancel) is true) return new SourceLock(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <summary>The same lock on the session's own connection, until its transaction ends. False: somebody else has it.</summary>
    public static async Task<bool> TryTakeAsync(IDocumentSession session, string source, CancellationToken cancel)
    {
        await using var take = new NpgsqlCommand("select pg_try_advisory_xact_lock(hashtextextended('tyk-sync/' || @source, 0))");
        take.Parameters.AddWithValue("source", source);
        await using var reader = await session.ExecuteReaderAsync(take, cancel);
        return await reader.ReadAsync(cancel) && reader.GetBoolean(0);
    }

    /// <summary>The lock goes with the connection.</summary>
    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
