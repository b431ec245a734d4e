using JasperFx.Events;
using Marten;
using Npgsql;

namespace DevPortal.Eventing;

/// <summary>Where the relay of one store stands, moved on the connection that holds the lock: who lost the lock can't move it.</summary>
sealed class RelayCursor(NpgsqlConnection connection, StoreName store)
{
    /// <summary>Tables of the relay, made with the schema.</summary>
    public const string Schema = """
        create table if not exists relay (
            one boolean primary key default true check (one),
            position bigint not null,
            moved_at timestamptz not null default now());
        insert into relay (position) values (0) on conflict do nothing;
        create table if not exists relay_skipped (
            seq_id bigint primary key,
            reason text not null,
            skipped_at timestamptz not null default now());
        """;

    (long First, HashSet<string> Appending)? gap;

    public long Position { get; private set; }

    public HashSet<long> Skipped { get; private set; } = [];

    /// <summary>A number is missing and its transaction may still be under way.</summary>
    public bool HasGap => gap is not null;

    public async Task<bool> TryLeadAsync(CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select pg_try_advisory_lock(hashtextextended(@store, 1))", connection);
        command.Parameters.AddWithValue("store", store.Value);
        if (await command.ExecuteScalarAsync(cancel) is not true) return false;
        // Losing the last moves in a crash only repeats announcements, so none of them waits for the disk.
        await using var hurry = new NpgsqlCommand("set synchronous_commit = off", connection);
        await hurry.ExecuteNonQueryAsync(cancel);
        return true;
    }

    public async Task LoadAsync(CancellationToken cancel)
    {
        await using var position = new NpgsqlCommand("select position from relay", connection);
        Position = (long)(await position.ExecuteScalarAsync(cancel))!;
        await using var skipped = new NpgsqlCommand("select seq_id from relay_skipped where seq_id > @position", connection);
        skipped.Parameters.AddWithValue("position", Position);
        await using var reader = await skipped.ExecuteReaderAsync(cancel);
        Skipped = [];
        while (await reader.ReadAsync(cancel)) Skipped.Add(reader.GetInt64(0));
    }

    /// <summary>Whether an operator has moved the position since it was read: then his holds.</summary>
    public async Task<bool> WasMovedAsync(CancellationToken cancel)
    {
        var known = Position;
        await LoadAsync(cancel);
        return Position != known;
    }

    /// <summary>Moves the position. An operator may have moved it meanwhile (announce again, skip): then his holds.</summary>
    public async Task MoveAsync(long to, CancellationToken cancel)
    {
        await using var move = new NpgsqlCommand("update relay set position = $1, moved_at = now() where position = $2", connection)
        {
            Parameters = { new() { Value = to }, new() { Value = Position } },
        };
        if (await move.ExecuteNonQueryAsync(cancel) > 0) Position = to;
        else await LoadAsync(cancel);
    }

    /// <summary>The next events whose order is settled, and whether there may be more right behind them.</summary>
    /// <remarks>Sequence numbers become visible in any order. A missing one is waited for until every transaction that had taken a
    /// number when it was first missed has ended: nextval locks the sequence until then (pg_locks), even before the
    /// transaction has an id. If the number is missing still, it was rolled back.</remarks>
    public async Task<(IReadOnlyList<IEvent> Events, bool More)> NextAsync(IQuerySession session, int limit, CancellationToken cancel)
    {
        var settled = gap is { } known && !(await AppendingAsync(cancel)).Overlaps(known.Appending);
        // As text: to translate an expression at each look costs more than the look.
        var page = await session.QueryAsync<IEvent>("where d.seq_id > ? order by d.seq_id limit ?", cancel, Position, limit);
        var expected = Position + 1;
        for (var i = 0; i < page.Count; i++)
        {
            if (page[i].Sequence != expected && !(settled && gap!.Value.First == expected))
            {
                if (gap?.First != expected) gap = (expected, await AppendingAsync(cancel));
                // Whoever held the missing number may have ended between the two queries: look again at once.
                return (page.Take(i).ToList(), gap.Value.Appending.Count == 0);
            }

            expected = page[i].Sequence + 1;
        }

        gap = null;
        return (page, page.Count == limit);
    }

    async Task<HashSet<string>> AppendingAsync(CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            "select virtualtransaction from pg_locks where locktype = 'relation' and relation = 'mt_events_sequence'::regclass and pid <> pg_backend_pid()", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new HashSet<string>();
        while (await reader.ReadAsync(cancel)) found.Add(reader.GetString(0));
        return found;
    }
}
