using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;
using DevPortal.LocalRun;
using Npgsql;

namespace DevPortal.Bench;

/// <summary>How much is loaded.</summary>
sealed record Amounts(int Products, int Requests, int Apps = 5_000, int Catalogs = 0, int Teams = 0, int Keys = 0)
{
    /// <summary>What the pages are measured with.</summary>
    public static Amounts Pages { get; } = new(5_000, 50_000);

    /// <summary>What the lists are measured with.</summary>
    public static Amounts Lists { get; } = new(5_000, 200_000, 50_000, 2_000, 10_000, 50_000);

    public Amounts Hundredth => new(Products / 100, Requests / 100, Apps / 100, Catalogs / 100, Teams / 100, Keys / 100);

    public override string ToString() => $"{Products:N0} products, {Catalogs:N0} catalogs, {Teams:N0} teams, {Apps:N0} apps, {Keys:N0} keys, {Requests:N0} requests";
}

/// <summary>Puts many products, catalogs, teams, apps, keys and requests into a running portal within a minute. They are copies, made inside the services' databases, of things that are
/// there or are made through the API: streams, events, snapshots and the rows that lists are read from, each under ids of
/// its own. The events are announced to nobody (the relay is held back, and moved past them in the same transaction), so the other services and the gateway stay as
/// they are: no credential comes of it, and a credential that is copied has no key at the gateway. What is loaded stays; a second call finds it.</summary>
static class LoadMuch
{
    /// <summary>Of the requests, one in so many waits for a decision. The others are rejected.</summary>
    const int OnePendingIn = 250;

    /// <param name="much">How much there is afterwards; all amounts above those of the call before.</param>
    public static async Task RunAsync(StateFolder state, Cast cast, Amounts much, Action<string> say, CancellationToken ct)
    {
        await using var catalog = await ConnectAsync(state, "catalog", ct);
        await using var provisioning = await ConnectAsync(state, "provisioning", ct);
        var consumer = cast.Consumers.First();
        var team = consumer.Me.Teams[0].Id;
        await CopyAsync(catalog, Products, much, much.Products, null, "select count(*) from offer where kind = 'product'", say, ct);
        if (much.Catalogs > 0)
        {
            await using var identity = await ConnectAsync(state, "identity", ct);
            await using var credentials = await ConnectAsync(state, "credentials", ct);
            await CopyAsync(identity, Teams, much, much.Teams, team, "select count(*) from mt_doc_team", say, ct);
            await CopyAsync(catalog, KnownTeams, much, much.Teams, team, "select count(*) from mt_doc_knownteam", say, ct);
            await CopyAsync(catalog, Catalogs, much, much.Catalogs, team, "select count(*) from catalog_seen", say, ct);
            var app = await consumer.Portal.CreateAppAsync("One of many", ct);
            await CopyAsync(credentials, Apps, much, much.Apps, app.Id, "select count(*) from mt_doc_app", say, ct);
        }

        const string loaded = "select count(*) from mt_doc_provisioningrequest";
        if (await CountAsync(provisioning, loaded, ct) >= much.Requests) return;
        var (rejected, granted, pending) = await AskAsync(cast, ct);
        await CopyAsync(provisioning, Requests, much, much.Requests / OnePendingIn, pending, loaded + " where state = 0", say, ct);
        await CopyAsync(provisioning, Requests, much, much.Requests, rejected, loaded, say, ct);
        if (much.Keys == 0) return;
        await using var keys = await ConnectAsync(state, "credentials", ct);
        await CopyAsync(keys, Keys, much, much.Keys, granted, "select count(*) from mt_doc_credential", say, ct);
    }

    /// <summary>A rejected request, the credential of another for the same app, and one that waits.</summary>
    static async Task<(Guid Rejected, Guid Granted, Guid Pending)> AskAsync(Cast cast, CancellationToken ct)
    {
        var (consumer, admin) = (cast.Consumers.First().Portal, cast.Admins.Last().Portal);
        var product = (await consumer.ListAsync<Product>("/api/catalog/products?q=forecasts", ct)).First(product => product.Requestable);
        var plan = (await consumer.GetAsync<ProductPage>($"/api/catalog/products/{product.Id}", ct)).Plans.First(plan => plan.Available);
        async Task<Guid> OneAsync(App app) => (await consumer.RequestAccessAsync(app.Id, product.Id, plan.Id, "To have many of them.", ct)).Id;
        var (app, waiting) = (await consumer.CreateAppAsync("Many, rejected", ct), await consumer.CreateAppAsync("Many, waiting", ct));
        var rejected = await OneAsync(app);
        var seen = await admin.FindRequestAsync(rejected, ct);
        await admin.PostAsync<AccessRequest>($"/api/provisioning/requests/{rejected}/reject", new { reason = "It is one of many." }, ct, seen.ETag);
        var granted = await OneAsync(app);
        await admin.ApproveAsync(granted, "To have many keys.", ct);
        return (rejected, (await consumer.UntilProvisionedAsync(granted, TimeSpan.FromMinutes(1), ct)).Credential!.Id, await OneAsync(waiting));
    }

    /// <summary>By the connection string that the service itself was given.</summary>
    static async Task<NpgsqlConnection> ConnectAsync(StateFolder state, string service, CancellationToken ct)
    {
        var connection = new NpgsqlConnection(Limits.Environ(state, service, $"ConnectionStrings__{service}db") + ";Pooling=false;Command Timeout=600");
        await connection.OpenAsync(ct);
        return connection;
    }

    static async Task<long> CountAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Takes the lock that the service's relay leads by; the relay goes on when the connection is closed, from where its position is then.</summary>
    static async Task<NpgsqlConnection> HoldRelayAsync(NpgsqlConnection beside, CancellationToken ct)
    {
        const string key = "hashtextextended(current_database() || 'db', 1)";
        var (holder, other) = (beside.CloneWith(beside.ConnectionString), beside.CloneWith(beside.ConnectionString));
        await holder.OpenAsync(ct);
        await other.OpenAsync(ct);
        await using (other)
        {
            await using var take = new NpgsqlCommand($"select pg_advisory_lock({key})", holder);
            var taken = take.ExecuteNonQueryAsync(ct);
            // First in the queue, then the leader loses its connection.
            await using var end = new NpgsqlCommand($"""
                select pg_terminate_backend(pid) from pg_locks l where locktype = 'advisory' and objsubid = 1 and granted and pid <> {holder.ProcessID}
                    and database = (select oid from pg_database where datname = current_database()) and (classid::bigint << 32) | objid::bigint = {key}
                """, other);
            while (!taken.IsCompleted)
            {
                await end.ExecuteNonQueryAsync(ct);
                await Task.WhenAny(taken, Task.Delay(50, ct));
            }

            await taken;
        }

        return holder;
    }

    /// <param name="of">What is copied, or whose it is.</param>
    /// <param name="wanted">How many there are afterwards.</param>
    /// <param name="count">Counts those that are there.</param>
    static async Task CopyAsync(NpgsqlConnection connection, string sql, Amounts much, int wanted, Guid? of, string count, Action<string> say, CancellationToken ct)
    {
        var there = await CountAsync(connection, count, ct);
        if (there >= wanted) return;
        say($"loading {wanted - there:N0} rows into {connection.Database}");
        await using var held = await HoldRelayAsync(connection, ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        foreach (var (name, value) in new (string, object?)[]
        {
            ("from", there), ("to", wanted), ("of", of), ("products", much.Products), ("teams", much.Teams), ("apps", much.Apps),
        })
        {
            await using var setting = new NpgsqlCommand("select set_config('load.' || $1, $2, true)", connection, transaction) { Parameters = { new() { Value = name }, new() { Value = $"{value}" } } };
            await setting.ExecuteNonQueryAsync(ct);
        }

        await using (var copy = new NpgsqlCommand(string.Format(null, Frame, sql), connection, transaction)) await copy.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        await using var analyze = new NpgsqlCommand("vacuum analyze", connection);
        await analyze.ExecuteNonQueryAsync(ct);
    }

    // A row is copied as JSON, whatever columns it has, with its ids and texts replaced. Each kind says first what is copied, then what rows it has besides its events.
    static readonly System.Text.CompositeFormat Frame = System.Text.CompositeFormat.Parse("""
        create temp table copy (n int, id uuid, of uuid, before text[], after text[]) on commit drop;
        create function pg_temp.setting(name text) returns int language sql as $$ select current_setting('load.' || name)::int $$;
        create function pg_temp.of() returns uuid language sql as $$ select current_setting('load.of')::uuid $$;
        create function pg_temp.idof(kind text, n int) returns uuid language sql as $$ select md5(kind || n)::uuid $$;
        create function pg_temp.ids(kind text, first int, count int, among int) returns uuid[] language sql as
            $$ select array_agg(pg_temp.idof(kind, (first + k) % among + 1)) from generate_series(0, count - 1) k $$;
        create function pg_temp.copied(data jsonb, c copy) returns jsonb language plpgsql as $$
            declare text text := replace(data::text, c.of::text, c.id::text);
            begin
                for i in 1 .. cardinality(c.before) loop text := replace(text, c.before[i], c.after[i]); end loop;
                return text::jsonb;
            end $$;
        {0}
        insert into mt_streams select (jsonb_populate_record(s, jsonb_build_object('id', c.id))).* from mt_streams s join copy c on s.id = c.of;
        insert into mt_events
            select (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'seq_id', nextval('mt_events_sequence'), 'stream_id', c.id, 'data', pg_temp.copied(e.data, c)))).*
            from mt_events e join copy c on e.stream_id = c.of order by c.n, e.version;
        drop function pg_temp.copied, pg_temp.ids, pg_temp.idof, pg_temp.of, pg_temp.setting;
        update relay set position = (select max(seq_id) from mt_events), moved_at = now();
        """);

    const string Products = """
        insert into copy
            select n, pg_temp.idof('product', n), o.id, array[o.item ->> 'title'], array[(o.item ->> 'title') || ' ' || n]
            from (select offer_id from offer_in_catalog i join catalog_seen c on c.id = i.catalog_id and c.is_public where i.kind = 'product' and i.shown order by i.sort limit 1) i
            join offer o on o.kind = 'product' and o.id = i.offer_id, generate_series(pg_temp.setting('from') + 1, pg_temp.setting('to')) n;
        insert into mt_doc_product select (jsonb_populate_record(d, jsonb_build_object('id', c.id, 'data', pg_temp.copied(d.data, c)))).* from mt_doc_product d join copy c on d.id = c.of;
        insert into offer
            select (jsonb_populate_record(o, jsonb_build_object('id', c.id, 'sort', lower(c.after[1]), 'item', pg_temp.copied(o.item, c), 'words', to_tsvector('simple', c.after[1])))).*
            from offer o join copy c on o.kind = 'product' and o.id = c.of;
        insert into offer_in_catalog
            select (jsonb_populate_record(i, jsonb_build_object('offer_id', c.id, 'sort', lower(c.after[1]), 'words', to_tsvector('simple', c.after[1])))).*
            from offer_in_catalog i join catalog_seen s on s.id = i.catalog_id and s.is_public join copy c on i.kind = 'product' and i.offer_id = c.of;
        """;

    const string Teams = """
        insert into copy
            select n, pg_temp.idof('team', n), id, array[data ->> 'Name'], array[(data ->> 'Name') || ' ' || n]
            from mt_doc_team, generate_series(pg_temp.setting('from') + 1, pg_temp.setting('to')) n where id = pg_temp.of();
        insert into mt_doc_team select (jsonb_populate_record(d, jsonb_build_object('id', c.id, 'data', pg_temp.copied(d.data, c)))).* from mt_doc_team d join copy c on d.id = c.of;
        """;

    const string KnownTeams = """
        insert into copy select n, pg_temp.idof('team', n), id, '{}', '{}' from mt_doc_knownteam, generate_series(pg_temp.setting('from') + 1, pg_temp.setting('to')) n where id = pg_temp.of();
        insert into mt_doc_knownteam select (jsonb_populate_record(d, jsonb_build_object('id', c.id, 'data', pg_temp.copied(d.data, c)))).* from mt_doc_knownteam d join copy c on d.id = c.of;
        """;

    // Each has twenty products and five teams. One in a hundred is everybody's, and one in two hundred that of the team whose catalog is copied.
    const string Catalogs = """
        create temp table filled on commit drop as
            select n, d.id as of, d.data -> 'Now' as old, d.data -> 'Now' || jsonb_build_object(
                'Name', (d.data -> 'Now' ->> 'Name') || ' ' || n, 'Slug', 'many-' || n, 'ProductIds', pg_temp.ids('product', n * 20, 20, pg_temp.setting('products') - 20),
                'Audience', case when n % 200 = 7 then array[pg_temp.of()] else pg_temp.ids('team', n * 5, 5, pg_temp.setting('teams') - 5) end,
                'Visibility', case when n % 100 = 0 then 'public' else 'private' end) as now
            from mt_doc_catalog d, generate_series(pg_temp.setting('from') + 1, pg_temp.setting('to')) n
            where d.id = (select id from catalog_seen where audience = array[pg_temp.of()] order by sort limit 1);
        insert into copy select n, pg_temp.idof('catalog', n), of,
            array[old ->> 'Name', old ->> 'Slug', (old -> 'ProductIds')::text, (old -> 'Audience')::text, '"Visibility": "private"'],
            array[now ->> 'Name', now ->> 'Slug', (now -> 'ProductIds')::text, (now -> 'Audience')::text, '"Visibility": "' || (now ->> 'Visibility') || '"'] from filled;
        insert into mt_doc_catalog select (jsonb_populate_record(d, jsonb_build_object('id', c.id, 'data', pg_temp.copied(d.data, c)))).* from mt_doc_catalog d join copy c on d.id = c.of;
        insert into catalog_seen
            select c.id, now ->> 'Name', lower(now ->> 'Name'), now ->> 'Slug', now ->> 'Visibility' = 'public', array(select jsonb_array_elements_text(now -> 'Audience'))::uuid[]
            from copy c join filled f on f.n = c.n;
        insert into offer_in_catalog
            select c.id, o.kind, o.id, o.sort, o.shown, o.tags, o.words from copy c join filled f on f.n = c.n cross join lateral jsonb_array_elements_text((now -> 'ProductIds') || (now -> 'PlanIds')) offered
            join offer o on o.id = offered::uuid;
        """;

    const string Apps = """
        insert into copy
            select n, pg_temp.idof('app', n), id, array[data ->> 'Name', data ->> 'OwnerId'],
                array[(data ->> 'Name') || ' ' || n, case when n % 1000 = 0 then data ->> 'OwnerId' else pg_temp.idof('person', n % 1000)::text end]
            from mt_doc_app, generate_series(pg_temp.setting('from') + 1, pg_temp.setting('to')) n where id = pg_temp.of();
        insert into mt_doc_app
            select (jsonb_populate_record(d, jsonb_build_object('id', c.id, 'owner_id', c.after[2], 'data', pg_temp.copied(d.data, c)))).* from mt_doc_app d join copy c on d.id = c.of;
        """;

    // One in ten is of the app whose credential is copied, and one in a thousand has the hint that the bench looks for.
    const string Keys = """
        insert into copy
            select n, pg_temp.idof('credential', n), id, array[app_id::text], array[case when n % 10 = 0 then app_id else pg_temp.idof('app', n % pg_temp.setting('apps') + 1) end::text]
            from mt_doc_credential, generate_series(pg_temp.setting('from') + 1, pg_temp.setting('to')) n where id = pg_temp.of();
        insert into mt_doc_credential
            select (jsonb_populate_record(d, jsonb_build_object('id', c.id, 'app_id', c.after[1], 'issued_at', d.issued_at - make_interval(secs => c.n), 'data', pg_temp.copied(d.data, c)))).*
            from mt_doc_credential d join copy c on d.id = c.of;
        insert into credential_key (credential, generation, hint, keyed_hash)
            select id, 1, '…' || case when n % 1000 = 0 then 'abcd' else right(md5(id::text), 4) end, decode(md5(id::text), 'hex') from copy;
        """;

    // One in ten is the consumer's who asked, the others are those of a thousand people more. The ids are of the minutes before, as the order of lists wants them.
    const string Requests = """
        insert into copy
            select n, (lpad(to_hex((extract(epoch from now()) * 1000)::bigint - n * 60000::bigint), 12, '0') || '7' || substr(md5(id || 'a' || n), 1, 3) || '8' || substr(md5(id || 'b' || n), 1, 15))::uuid,
                id, array[requester_id::text, app_id::text],
                case when n % 10 = 0 then array[requester_id::text, app_id::text] else array[pg_temp.idof('person', n % 1000)::text, pg_temp.idof('app', n % pg_temp.setting('apps') + 1)::text] end
            from mt_doc_provisioningrequest, generate_series(pg_temp.setting('from') + 1, pg_temp.setting('to')) n where id = pg_temp.of();
        insert into mt_doc_provisioningrequest
            select (jsonb_populate_record(d, jsonb_build_object('id', c.id, 'requester_id', c.after[1], 'app_id', c.after[2], 'data', pg_temp.copied(d.data, c)))).*
            from mt_doc_provisioningrequest d join copy c on d.id = c.of;
        insert into requested_product select r.product_id, c.id from requested_product r join copy c on r.request_id = c.of;
        """;
}
