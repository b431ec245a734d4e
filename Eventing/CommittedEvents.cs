using Npgsql;

namespace DevPortal.Eventing;

/// <summary>A mark of all that was committed to the service's store, whichever replica did it: as long as it is the same, whatever events decide is the same.</summary>
/// <remarks>Events are only added, and none appears any more below the relay's position. So the position with the number of events above it stands for
/// one set of events; the highest number would not, because numbers become visible in any order.</remarks>
public sealed class CommittedEvents(NpgsqlDataSource database)
{
    readonly SharedLook<string> mark = new(() => LookAsync(database));

    /// <summary>The mark as the database has it now, not earlier. Read it before what is kept under it.</summary>
    public Task<string> MarkAsync(CancellationToken cancel) => mark.AskAsync().WaitAsync(cancel);

    static async Task<string> LookAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("select position, (select count(*) from mt_events where seq_id > position) from relay");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return $"{reader.GetInt64(0)}+{reader.GetInt64(1)}";
    }
}
