using System.Security.Cryptography;
using System.Text;
using DevPortal.ServiceDefaults;
using DevPortal.Tyk;
using Marten;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace DevPortal.Credentials;

/// <summary>The keys: kept as a keyed hash, a hint and, as long as needed, sealed; beside the events, never in them.</summary>
sealed class KeyVault(NpgsqlDataSource database, IOptions<KeyOptions> options)
{
    readonly Sealing sealing = new(options.Value.SealKey);
    readonly byte[] pepper = SHA256.HashData(Encoding.UTF8.GetBytes(options.Value.KeyPepper));

    /// <summary>All keys of a credential, oldest first.</summary>
    public async Task<IReadOnlyList<MintedKey>> ReadAsync(Guid credential, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select generation, hint, sealed_copy, sealed_handle, create_sent, may_land_until, misses, gone_at, looks, next_look, finished, now()
            from credential_key where credential = $1 order by generation
            """);
        command.Parameters.Add(new() { Value = credential });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var keys = new List<MintedKey>();
        while (await reader.ReadAsync(ct))
        {
            var generation = reader.GetInt32(0);
            keys.Add(new MintedKey(
                credential, generation, reader.GetString(1),
                reader.IsDBNull(2) ? null : new SecretText(Open(Purpose("copy", credential, generation), reader.GetFieldValue<byte[]>(2))),
                reader.IsDBNull(3) ? null : new KeyHash(Open(Purpose("handle", credential, generation), reader.GetFieldValue<byte[]>(3))),
                reader.GetBoolean(4), reader.GetFieldValue<DateTime?>(5), reader.GetInt32(6), reader.GetFieldValue<DateTime?>(7), reader.GetInt32(8),
                reader.GetFieldValue<DateTime?>(9), reader.GetBoolean(10), reader.GetDateTime(11)));
        }

        return keys;
    }

    /// <summary>Mints a key for a create that follows at once. Committed before that is sent, so that what may be at the gateway is known here.</summary>
    /// <param name="mayTake">How long the create may take to land.</param>
    public async Task<MintedKey> MintAsync(Guid credential, int generation, TimeSpan mayTake, CancellationToken ct)
    {
        var key = KeyFormat.Mint(options.Value.KeyBrand, options.Value.KeyEnvironment, KeyFormat.Credential);
        await using var command = database.CreateCommand(
            """
            insert into credential_key (credential, generation, hint, keyed_hash, sealed_copy, create_sent, may_land_until)
            values ($1, $2, $3, $4, $5, true, now() + $6) returning now()
            """);
        command.Parameters.Add(new() { Value = credential });
        command.Parameters.Add(new() { Value = generation });
        command.Parameters.Add(new() { Value = KeyFormat.Hint(key) });
        command.Parameters.Add(new() { Value = HMACSHA256.HashData(pepper, Encoding.UTF8.GetBytes(key)) });
        command.Parameters.Add(new() { Value = sealing.Seal(Purpose("copy", credential, generation), Encoding.UTF8.GetBytes(key)) });
        command.Parameters.Add(new() { Value = mayTake });
        var now = (DateTime)(await command.ExecuteScalarAsync(ct))!;
        // As it was before this create: whose answer leaves nothing in doubt.
        return new MintedKey(credential, generation, KeyFormat.Hint(key), new SecretText(key), null, CreateSent: false, null, 0, null, 0, null, Finished: false, now);
    }

    /// <summary>Before each create again: from now on it may be at the gateway, whether or not an answer comes.</summary>
    public Task CreateStartsAsync(MintedKey key, TimeSpan mayTake, CancellationToken ct) => ExecuteAsync(
        key, "update credential_key set create_sent = true, may_land_until = greatest(may_land_until, now() + $3) where credential = $1 and generation = $2",
        ct, new NpgsqlParameter { Value = mayTake });

    /// <summary>The create was answered: it is done or never will be. An earlier one without an answer stays in doubt.</summary>
    /// <param name="handle">Null: it was not done.</param>
    public Task CreateEndedAsync(MintedKey key, KeyHash? handle, CancellationToken ct) => ExecuteAsync(
        key, "update credential_key set may_land_until = $3, sealed_handle = coalesce($4, sealed_handle), create_sent = $5 where credential = $1 and generation = $2",
        ct,
        new NpgsqlParameter { Value = (object?)key.MayLandUntil ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
        new NpgsqlParameter { Value = (object?)Sealed(key, handle) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea },
        new NpgsqlParameter { Value = key.CreateSent || handle is not null });

    /// <summary>In the transaction of the event that makes it active: from now the copy has an end.</summary>
    public static void Activate(IDocumentSession session, MintedKey key, DateTimeOffset keepCopyUntil, TimeSpan nextLook) => session.QueueSqlCommand(
        "update credential_key set keep_copy_until = ?, next_look = now() + ? where credential = ? and generation = ?", keepCopyUntil, nextLook, key.Credential, key.Generation);

    /// <summary>The sealed copy, taken out in the session's transaction: of two who ask at once one gets it.</summary>
    public async Task<SecretText?> TakeCopyAsync(IDocumentSession session, Guid credential, int generation, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            with taken as (select sealed_copy from credential_key where credential = $1 and generation = $2 for update)
            update credential_key set sealed_copy = null from taken
            where credential = $1 and generation = $2 and taken.sealed_copy is not null returning taken.sealed_copy
            """);
        command.Parameters.Add(new() { Value = credential });
        command.Parameters.Add(new() { Value = generation });
        await using var reader = await session.ExecuteReaderAsync(command, ct);
        return await reader.ReadAsync(ct) ? new SecretText(Open(Purpose("copy", credential, generation), reader.GetFieldValue<byte[]>(0))) : null;
    }

    /// <summary>Copies whose time is over.</summary>
    public async Task DropOldCopiesAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("update credential_key set sealed_copy = null where sealed_copy is not null and keep_copy_until < now()");
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>A believed answer that the key is not at the gateway, where it should not be. It is looked for again later.</summary>
    /// <param name="looks">Later looks so far, this one included; 0 if it was deleted just now.</param>
    /// <param name="nextLook">Null: that was the last look; nothing of it is kept but its keyed hash and hint.</param>
    public Task GoneAsync(MintedKey key, int looks, TimeSpan? nextLook, CancellationToken ct) => ExecuteAsync(
        key,
        """
        update credential_key set gone_at = coalesce(gone_at, now()), looks = $3, next_look = now() + $4, finished = $4::interval is null,
            sealed_copy = null, sealed_handle = case when $4::interval is null then null else sealed_handle end
        where credential = $1 and generation = $2
        """,
        ct, new NpgsqlParameter { Value = looks }, new NpgsqlParameter { Value = (object?)nextLook ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Interval });

    /// <summary>It should be there and was looked for.</summary>
    /// <param name="misses">Believed 404s in a row.</param>
    public Task CheckedAsync(MintedKey key, int misses, TimeSpan nextLook, CancellationToken ct) => ExecuteAsync(
        key, "update credential_key set misses = $3, checked_at = now(), next_look = now() + $4 where credential = $1 and generation = $2",
        ct, new NpgsqlParameter { Value = misses }, new NpgsqlParameter { Value = nextLook });

    async Task ExecuteAsync(MintedKey key, string sql, CancellationToken ct, params NpgsqlParameter[] more)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = key.Credential });
        command.Parameters.Add(new() { Value = key.Generation });
        command.Parameters.AddRange(more);
        await command.ExecuteNonQueryAsync(ct);
    }

    byte[]? Sealed(MintedKey key, KeyHash? handle) =>
        handle is null ? null : sealing.Seal(Purpose("handle", key.Credential, key.Generation), Encoding.UTF8.GetBytes(handle.Reveal()));

    string Open(string purpose, byte[] sealedBytes) => Encoding.UTF8.GetString(sealing.Open(purpose, sealedBytes));

    // A row that was copied into another one's place does not open.
    static string Purpose(string what, Guid credential, int generation) => $"credential-{what}/{credential}/{generation}";
}
