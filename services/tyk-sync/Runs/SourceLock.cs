using Marten;
using Npgsql;

namespace DevPortal.TykSync.Runs;

/// <summary>One run at a time per source, whatever replicas there are: an advisory lock on a connection of its own.</summary>
public sealed class SourceLock : IAsyncDisposable
{
    readonly NpgsqlConnection connection;
    readonly long key;

    SourceLock(NpgsqlConnection connection, long key) => (this.connection, this.key) = (connection, key);

    /// <summary>Null: somebody else has it.</summary>
    public static async Task<SourceLock?> TryTakeAsync(NpgsqlDataSource database, string source, CancellationToken cancel)
    {
        var connection = await database.OpenConnectionAsync(cancel);
        try
        {
            await using var hash = new NpgsqlCommand("select hashtextextended('tyk-sync/' || $1, 0)", connection);
            hash.Parameters.AddWithValue(source);
            var key = (long)(await hash.ExecuteScalarAsync(cancel))!;
            await using var take = new NpgsqlCommand("select pg_try_advisory_lock($1)", connection);
            take.Parameters.AddWithValue(key);
            if ((bool)(await take.ExecuteScalarAsync(cancel))!) return new SourceLock(connection, key);
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

    public async ValueTask DisposeAsync()
    {
        try
        {
            await using var release = new NpgsqlCommand("select pg_advisory_unlock($1)", connection);
            release.Parameters.AddWithValue(key);
            await release.ExecuteNonQueryAsync();
        }
        catch (NpgsqlException)
        {
            // The lock went with the connection.
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }
}
