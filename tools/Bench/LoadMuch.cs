using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;
using DevPortal.LocalRun;
using Npgsql;

namespace DevPortal.Bench;

/// <summary>Puts 5,000 products and 50,000 requests into a running portal within seconds. They are copies, made inside the services' databases, of a product that is
/// there and of two requests that are made for it through the API: streams, events, snapshots and the rows that lists are read from, each under ids of
/// its own. The events are announced to nobody (the relay is moved past them in the same transaction), so the other services and the gateway stay as
/// they are: no credential comes of it. What is loaded stays; a second call finds it.</summary>
static class LoadMuch
{
    public const int Products = 5_000, Requests = 50_000;

    /// <summary>Of the requests, those that wait for a decision. The others are rejected.</summary>
    const int Pending = 200;

    public static async Task RunAsync(StateFolder state, Cast cast, Action<string> say, CancellationToken ct)
    {
        await using (var catalog = await ConnectAsync(state, "catalog", ct))
        {
            if (await CountAsync(catalog, "select count(*) from offer where kind = 'product'", ct) < Products)
            {
                say($"loading {Products:N0} products");
                await RunAsync(catalog, CopyProducts, Products, null, ct);
            }
        }

        await using var provisioning = await ConnectAsync(state, "provisioning", ct);
        if (await CountAsync(provisioning, "select count(*) from mt_doc_provisioningrequest", ct) >= Requests) return;
        say($"loading {Requests:N0} requests");
        var (rejected, pending) = await AskAsync(cast, ct);
        await RunAsync(provisioning, CopyRequests, Requests - Pending, rejected, ct);
        await RunAsync(provisioning, CopyRequests, Pending, pending, ct);
    }

    /// <summary>A rejected request, and one that waits.</summary>
    static async Task<(Guid Rejected, Guid Pending)> AskAsync(Cast cast, CancellationToken ct)
    {
        var (consumer, admin) = (cast.Consumers.First().Portal, cast.Admins.Last().Portal);
        var product = (await consumer.ListAsync<Product>("/api/catalog/products?q=forecasts", ct)).First(product => product.Requestable);
        var plan = (await consumer.GetAsync<ProductPage>($"/api/catalog/products/{product.Id}", ct)).Plans.First(plan => plan.Available);
        async Task<Guid> OneAsync(string app) =>
            (await consumer.RequestAccessAsync((await consumer.CreateAppAsync(app, ct)).Id, product.Id, plan.Id, "To have many of them.", ct)).Id;
        var (rejected, pending) = (await OneAsync("Many, rejected"), await OneAsync("Many, waiting"));
        var seen = await admin.FindRequestAsync(rejected, ct);
        await admin.PostAsync<AccessRequest>($"/api/provisioning/requests/{rejected}/reject", new { reason = "It is one of many." }, ct, seen.ETag);
        return (rejected, pending);
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

    static async Task RunAsync(NpgsqlConnection connection, string sql, int copies, Guid? of, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var settings = new NpgsqlCommand("select set_config('load.copies', $1, true), set_config('load.of', $2, true)", connection, transaction))
        {
            settings.Parameters.Add(new() { Value = $"{copies}" });
            settings.Parameters.Add(new() { Value = of?.ToString() ?? "" });
            await settings.ExecuteNonQueryAsync(ct);
        }

        await using (var copy = new NpgsqlCommand(sql + PassOver, connection, transaction)) await copy.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        await using var analyze = new NpgsqlCommand("analyze", connection);
        await analyze.ExecuteNonQueryAsync(ct);
    }

    // A row is copied as JSON, whatever columns it has, with its ids and texts replaced.
    const string Streams = """
        insert into mt_streams select (jsonb_populate_record(s, jsonb_build_object('id', c.id))).* from mt_streams s join copy c on s.id = c.of;
        insert into mt_events
            select (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'seq_id', nextval('mt_events_sequence'), 'stream_id', c.id, 'data', pg_temp.copied(e.data, c)))).*
            from mt_events e join copy c on e.stream_id = c.of order by c.n, e.version;
        """;

    const string CopyProducts = """
        create temp table copy on commit drop as
            select md5('product' || n)::uuid as id, i.offer_id as of, o.item ->> 'title' as title, (o.item ->> 'title') || ' ' || n as new_title, n
            from (select offer_id from offer_in_catalog i join catalog_seen c on c.id = i.catalog_id and c.is_public where i.kind = 'product' and i.shown order by i.sort limit 1) i
            join offer o on o.kind = 'product' and o.id = i.offer_id, generate_series(1, current_setting('load.copies')::int) n;
        create function pg_temp.copied(data jsonb, c copy) returns jsonb language sql as
            $$ select replace(replace(data::text, c.of::text, c.id::text), c.title, c.new_title)::jsonb $$;
        """ + Streams + """
        insert into mt_doc_product select (jsonb_populate_record(d, jsonb_build_object('id', c.id, 'data', pg_temp.copied(d.data, c)))).* from mt_doc_product d join copy c on d.id = c.of;
        insert into offer
            select (jsonb_populate_record(o, jsonb_build_object('id', c.id, 'sort', lower(c.new_title), 'item', pg_temp.copied(o.item, c), 'words', to_tsvector('simple', c.new_title)))).*
            from offer o join copy c on o.kind = 'product' and o.id = c.of;
        insert into offer_in_catalog
            select (jsonb_populate_record(i, jsonb_build_object('offer_id', c.id, 'sort', lower(c.new_title), 'words', to_tsvector('simple', c.new_title)))).*
            from offer_in_catalog i join copy c on i.kind = 'product' and i.offer_id = c.of;
        """;

    // One in ten is the consumer's who asked, the others are those of a thousand people more. The ids are of the minutes before, as the order of lists wants them.
    const string CopyRequests = """
        create temp table copy on commit drop as
            select (lpad(to_hex((extract(epoch from now()) * 1000)::bigint - n * 60000::bigint), 12, '0') || '7' || substr(md5(d.id || 'a' || n), 1, 3) || '8' || substr(md5(d.id || 'b' || n), 1, 15))::uuid as id,
                d.id as of, d.requester_id as requester, d.app_id as app,
                case when n % 10 = 0 then d.requester_id else md5('person' || n % 1000)::uuid end as new_requester,
                case when n % 10 = 0 then d.app_id else md5('app' || n % 5000)::uuid end as new_app, n
            from mt_doc_provisioningrequest d, generate_series(1, current_setting('load.copies')::int) n where d.id = current_setting('load.of')::uuid;
        create function pg_temp.copied(data jsonb, c copy) returns jsonb language sql as
            $$ select replace(replace(replace(data::text, c.of::text, c.id::text), c.requester::text, c.new_requester::text), c.app::text, c.new_app::text)::jsonb $$;
        """ + Streams + """
        insert into mt_doc_provisioningrequest
            select (jsonb_populate_record(d, jsonb_build_object('id', c.id, 'requester_id', c.new_requester, 'app_id', c.new_app, 'data', pg_temp.copied(d.data, c)))).*
            from mt_doc_provisioningrequest d join copy c on d.id = c.of;
        """;

    const string PassOver = "drop function pg_temp.copied; update relay set position = (select max(seq_id) from mt_events), moved_at = now();";
}
