using System.Text.Json;
using DevPortal.Catalog.Products;
using DevPortal.Contracts.Catalog;
using DevPortal.ServiceDefaults;
using Npgsql;
using NpgsqlTypes;

namespace DevPortal.Catalog.Shelf;

/// <summary>What a list is asked for.</summary>
/// <param name="Typed">What was typed into the search.</param>
public sealed record Wanted(Guid? Catalog, string? Tag, string? Typed, int Limit, string AfterSort, Guid AfterId)
{
    /// <summary>Reads the parameters of a list; refuses cursors that are not ours and texts that can't be searched for.</summary>
    public static (Wanted?, Refusal?) Read(Guid? catalog, string? tag, string? q, int? limit, string? cursor)
    {
        if (tag is { Length: > Texts.Tag } || tag?.Contains('\0') == true) return (null, new Refusal(400, "bad-tag", $"A tag has at most {Texts.Tag} characters.", "tag"));
        if (SearchText.Refuse(q) is { } tooLong) return (null, tooLong);
        var (sort, id) = ("", Guid.Empty);
        if (!string.IsNullOrEmpty(cursor))
        {
            if (!Cursor.TryRead(cursor, 2, out var after) || !Guid.TryParse(after[1], out id) || after[0].Contains('\0')) return (null, Cursor.Refused);
            sort = after[0];
        }

        return (new Wanted(catalog, string.IsNullOrEmpty(tag) ? null : tag, q, Cursor.Limit(limit), sort, id), null);
    }
}

/// <summary>Reads the flat tables: each page and each look at one thing is one query.</summary>
static class BrowseShelf
{
    /// <summary>Catalogs that the viewer may see. Two texts: in one that fits both, the database could use no index.</summary>
    static string Seen(Viewer viewer) => viewer.SeesAll ? "true" : "(c.is_public or c.audience && @teams)";

    static string VisiblePage(Viewer viewer, string? typed) => $"""
        select o.sort, o.id, o.item, o.admin, o.shown
        from (
            select distinct near.sort, near.offer_id
            from catalog_seen c cross join lateral (
                select sort, offer_id from offer_in_catalog i
                where i.catalog_id = c.id and i.kind = @kind and (@all or i.shown) and (i.sort, i.offer_id) > (@sort, @id)
                    and (@tag is null or i.tags @> array[@tag]) {Named("i.words", typed)}
                order by i.sort, i.offer_id limit @limit) near
            where {Seen(viewer)} and (@catalog is null or c.id = @catalog)
            order by near.sort, near.offer_id limit @limit) hit
        join offer o on o.kind = @kind and o.id = hit.offer_id
        order by o.sort, o.id
        """;

    // Admins see also what is in no catalog.
    static string WholePage(string? typed) => $"""
        select o.sort, o.id, o.item, o.admin, o.shown from offer o
        where o.kind = @kind and (o.sort, o.id) > (@sort, @id)
            and (@tag is null or o.tags @> array[@tag]) {Named("o.words", typed)}
        order by o.sort, o.id limit @limit
        """;

    static string Named(string vector, string? typed) => SearchText.Condition(vector, typed) is { } named ? "and " + named : "";

    /// <summary>One page of products or plans.</summary>
    public static async Task<Page<T>> PageAsync<T>(
        this NpgsqlDataSource database, string kind, Viewer viewer, Wanted wanted, Func<T, AdminDetails, T> detailed, CancellationToken ct)
    {
        await using var command = database.CreateCommand(viewer.SeesAll && wanted.Catalog is null ? WholePage(wanted.Typed) : VisiblePage(viewer, wanted.Typed));
        See(command, viewer);
        command.Parameters.AddWithValue("kind", kind);
        command.Parameters.AddWithValue("sort", wanted.AfterSort);
        command.Parameters.AddWithValue("id", wanted.AfterId);
        command.Parameters.AddWithValue("limit", wanted.Limit + 1);
        Optional(command, "tag", NpgsqlDbType.Text, wanted.Tag);
        Optional(command, "catalog", NpgsqlDbType.Uuid, wanted.Catalog);
        var rows = new List<(string Cursor, T Item)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            rows.Add((Cursor.Of(reader.GetString(0), reader.GetGuid(1).ToString()), Item(reader, viewer, 2, detailed)));
        }

        var page = Cursor.Cut(rows, wanted.Limit, row => row.Cursor);
        return new Page<T>([.. page.Items.Select(row => row.Item)], page.Next);
    }

    /// <summary>Whether the viewer may see this product or plan.</summary>
    public static async Task<bool> MaySeeAsync(this NpgsqlDataSource database, string kind, Guid id, Viewer viewer, CancellationToken ct)
    {
        if (viewer.SeesAll) return true;
        await using var command = database.CreateCommand($"""
            select exists (
                select 1 from offer_in_catalog i join catalog_seen c on c.id = i.catalog_id
                where i.kind = @kind and i.offer_id = @id and i.shown and {Seen(viewer)})
            """);
        See(command, viewer);
        command.Parameters.AddWithValue("kind", kind);
        command.Parameters.AddWithValue("id", id);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>The plans that a product offers to the viewer: those that share a catalog with it which he sees.</summary>
    public static async Task<IReadOnlyList<PlanItem>> PlansOfAsync(this NpgsqlDataSource database, Guid product, Viewer viewer, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"""
            select o.item, o.admin, o.shown from offer o
            where o.kind = '{FillShelf.Plan}' and o.shown and o.id in (
                select plan.offer_id from offer_in_catalog product
                join catalog_seen c on c.id = product.catalog_id and {Seen(viewer)}
                join offer_in_catalog plan on plan.catalog_id = c.id and plan.kind = '{FillShelf.Plan}'
                where product.kind = '{FillShelf.Product}' and product.offer_id = @id)
            order by o.sort, o.id limit 200
            """);
        See(command, viewer);
        command.Parameters.AddWithValue("id", product);
        var plans = new List<PlanItem>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) plans.Add(Item<PlanItem>(reader, viewer, 0, (plan, admin) => plan with { Admin = admin }));
        return plans;
    }

    /// <summary>The catalogs that the viewer sees a product in.</summary>
    public static async Task<IReadOnlyList<CatalogName>> CatalogsOfAsync(this NpgsqlDataSource database, Guid product, Viewer viewer, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"""
            select c.id, c.name from offer_in_catalog i join catalog_seen c on c.id = i.catalog_id
            where i.kind = '{FillShelf.Product}' and i.offer_id = @id and {Seen(viewer)} order by c.sort, c.id limit 200
            """);
        See(command, viewer);
        command.Parameters.AddWithValue("id", product);
        var catalogs = new List<CatalogName>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) catalogs.Add(new CatalogName(reader.GetGuid(0), reader.GetString(1)));
        return catalogs;
    }

    /// <summary>One page of the catalogs that the viewer sees.</summary>
    public static async Task<Page<CatalogItem>> CatalogsAsync(this NpgsqlDataSource database, Viewer viewer, Wanted wanted, CancellationToken ct)
    {
        // One part for each index: the database would else walk all catalogs by name and look at each whether it may be seen.
        string[] seen = viewer.SeesAll ? ["true"] : ["is_public", "not is_public and audience && @teams"];
        var parts = seen.Select(part => $"(select sort, id, name, slug, is_public from catalog_seen where {part} and (sort, id) > (@sort, @id) order by sort, id limit @limit)");
        await using var command = database.CreateCommand($"select * from ({string.Join(" union all ", parts)}) seen order by sort, id limit @limit");
        See(command, viewer);
        command.Parameters.AddWithValue("sort", wanted.AfterSort);
        command.Parameters.AddWithValue("id", wanted.AfterId);
        command.Parameters.AddWithValue("limit", wanted.Limit + 1);
        var rows = new List<(string Cursor, CatalogItem Item)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            rows.Add((Cursor.Of(reader.GetString(0), reader.GetGuid(1).ToString()), new CatalogItem(
                reader.GetGuid(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.GetBoolean(4) ? CatalogVisibility.Public : CatalogVisibility.Private)));
        }

        var page = Cursor.Cut(rows, wanted.Limit, row => row.Cursor);
        return new Page<CatalogItem>([.. page.Items.Select(row => row.Item)], page.Next);
    }

    static T Item<T>(NpgsqlDataReader reader, Viewer viewer, int at, Func<T, AdminDetails, T> detailed)
    {
        var item = JsonSerializer.Deserialize<T>(reader.GetString(at), Json.Options)!;
        return viewer.Details
            ? detailed(item, AdminDetails.Of(reader.GetBoolean(at + 2), JsonSerializer.Deserialize<TykFacts>(reader.GetString(at + 1), Json.Options)!))
            : item;
    }

    static void See(NpgsqlCommand command, Viewer viewer)
    {
        command.Parameters.AddWithValue("all", viewer.SeesAll);
        command.Parameters.AddWithValue("teams", viewer.Teams);
    }

    static void Optional(NpgsqlCommand command, string name, NpgsqlDbType type, object? value) =>
        command.Parameters.Add(new NpgsqlParameter(name, type) { Value = value ?? DBNull.Value });
}
