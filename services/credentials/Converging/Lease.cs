using Marten;
using Npgsql;

namespace DevPortal.Credentials;

/// <summary>The right to work on one credential at the gateway, for 30 s at a time by the database's clock. Renewed before each call; no call takes longer.</summary>
sealed class Lease
{
    const string Length = "interval '30 seconds'";

    // A call after it, which takes 12 s at most, still ends well within the lease.
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    readonly NpgsqlDataSource database;
    readonly Guid credential, holder = Guid.CreateVersion7();
    long renewed = TimeProvider.System.GetTimestamp();

    Lease(NpgsqlDataSource database, Guid credential) => (this.database, this.credential) = (database, credential);

    /// <summary>Rounds in a row that had to wait for the gateway.</summary>
    public int Failures { get; private set; }

    /// <summary>Null: somebody else has it; he was told to go round again.</summary>
    public static async Task<Lease?> TakeAsync(NpgsqlDataSource database, Guid credential, CancellationToken ct)
    {
        var lease = new Lease(database, credential);
        await using var command = database.CreateCommand(
            $"""
            update converging set
                dirty = until > now(),
                holder = case when until > now() then holder else $2 end,
                until = case when until > now() then until else now() + {Length} end
            where credential = $1 returning holder = $2, failures
            """);
        command.Parameters.Add(new() { Value = credential });
        command.Parameters.Add(new() { Value = lease.holder });
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct) || !reader.GetBoolean(0)) return null;
        lease.Failures = reader.GetInt32(1);
        return lease;
    }

    /// <summary>Before each call to the gateway.</summary>
    /// <exception cref="LeaseLostException">Somebody else has it now: stop at once.</exception>
    public async Task RenewAsync(CancellationToken ct)
    {
        if (TimeProvider.System.GetElapsedTime(renewed) < Fresh) return;
        var now = TimeProvider.System.GetTimestamp();
        // Losing the last renewals in a crash of the server only shortens the lease, so none waits for the disk.
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("set local synchronous_commit = off"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"update converging set until = now() + {Length} where credential = $1 and holder = $2 and until > now()")
        {
            Parameters = { new() { Value = credential }, new() { Value = holder } },
        });
        if (await batch.ExecuteNonQueryAsync(ct) == 0) throw new LeaseLostException();
        renewed = now;
    }

    /// <summary>In the transaction that records what was found: holds the row, so that nobody takes it over before the commit.</summary>
    /// <exception cref="LeaseLostException">Somebody else has it now: record nothing.</exception>
    public async Task HoldAsync(IDocumentSession session, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select 1 from converging where credential = $1 and holder = $2 and until > now() for update");
        command.Parameters.Add(new() { Value = credential });
        command.Parameters.Add(new() { Value = holder });
        await using var reader = await session.ExecuteReaderAsync(command, ct);
        if (!await reader.ReadAsync(ct)) throw new LeaseLostException();
    }

    /// <summary>False: something changed meanwhile, go round again; the lease is still held.</summary>
    /// <param name="due">From now until it is to be looked at again; null = not before something happens.</param>
    /// <param name="failed">The round had to wait for the gateway.</param>
    public async Task<bool> TryReleaseAsync(TimeSpan? due, bool failed, CancellationToken ct)
    {
        await using (var release = database.CreateCommand(
            """
            update converging set holder = null, until = '-infinity', due = now() + $3, failures = case when $4 then failures + 1 else 0 end
            where credential = $1 and holder = $2 and not dirty
            """))
        {
            release.Parameters.Add(new() { Value = credential });
            release.Parameters.Add(new() { Value = holder });
            release.Parameters.Add(new() { Value = (object?)due ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Interval });
            release.Parameters.Add(new() { Value = failed });
            if (await release.ExecuteNonQueryAsync(ct) == 1) return true;
        }

        await using var again = database.CreateCommand("update converging set dirty = false, failures = 0 where credential = $1 and holder = $2 and until > now()");
        again.Parameters.Add(new() { Value = credential });
        again.Parameters.Add(new() { Value = holder });
        if (await again.ExecuteNonQueryAsync(ct) == 0) throw new LeaseLostException();
        Failures = 0;
        return false;
    }
}

/// <summary>Another process works on the credential now. Whatever this one was about to do is that one's matter.</summary>
sealed class LeaseLostException() : Exception("The lease of the credential was lost.");
