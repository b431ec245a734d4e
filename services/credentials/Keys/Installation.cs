using Npgsql;

namespace DevPortal.Credentials;

/// <summary>This installation: what its keys at the gateway are told by. Made once, with the schema, in this database.</summary>
sealed class Installation
{
    /// <summary>Marten has no name for such an index.</summary>
    public const string AppWords = "app_words";

    const string Schema = $"""
        create table if not exists installation (
            single boolean primary key default true check (single),
            portal_id uuid not null default gen_random_uuid());
        insert into installation default values on conflict do nothing;

        -- Keys as the gateway has them, one row for each that was ever minted. Secrets are sealed; none stands in an event.
        create table if not exists credential_key (
            credential uuid not null,
            generation integer not null,
            hint text not null,
            keyed_hash bytea not null unique,
            sealed_copy bytea,                     -- the key: until the first reveal or keep_copy_until
            keep_copy_until timestamptz,           -- null before activation
            sealed_handle bytea,                   -- Tyk's key_hash; null until a create was answered
            create_sent boolean not null default false,
            may_land_until timestamptz,            -- a create without an answer may be carried out until then
            misses integer not null default 0,     -- believed 404s in a row although it should be there
            gone_at timestamptz,                   -- first believed answer that it is not at the gateway
            looks integer not null default 0,      -- later looks that confirmed it
            next_look timestamptz,
            checked_at timestamptz,                -- last look at a key that should be there
            finished boolean not null default false,
            primary key (credential, generation));
        create index if not exists credential_key_ends on credential_key ({FindCredentials.End});
        create index if not exists credential_key_copies on credential_key (keep_copy_until) where sealed_copy is not null;

        -- Who works on a credential now, and when it is to be looked at next. All by this database's clock.
        create table if not exists converging (
            credential uuid primary key,
            source text not null,
            holder uuid,
            until timestamptz not null default '-infinity',
            dirty boolean not null default false,
            due timestamptz,
            failures integer not null default 0);
        create index if not exists converging_due on converging (source, due) where due is not null;

        create index if not exists credential_state on mt_doc_credential ((data ->> 'State'));
        create index if not exists {AppWords} on mt_doc_app using gin (({ListApps.Words}));
        """;

    /// <summary>Stands in the meta data of each of our keys. A key with another one is none of ours.</summary>
    public Guid PortalId { get; private set; }

    public static async Task PrepareAsync(IServiceProvider services, CancellationToken ct)
    {
        var database = services.GetRequiredService<NpgsqlDataSource>();
        await using (var schema = database.CreateCommand(Schema)) await schema.ExecuteNonQueryAsync(ct);
        await using var read = database.CreateCommand("select portal_id from installation");
        services.GetRequiredService<Installation>().PortalId = (Guid)(await read.ExecuteScalarAsync(ct))!;
    }
}
