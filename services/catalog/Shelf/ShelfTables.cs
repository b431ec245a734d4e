using Npgsql;

namespace DevPortal.Catalog.Shelf;

/// <summary>The flat tables that lists are read from; <see cref="FillShelf"/> keeps them in the transaction of each event.</summary>
static class ShelfTables
{
    // The sort key stands in each catalog's rows again, so that a viewer's page is one short range scan for each catalog that he sees.
    const string Schema = """
        create table if not exists offer (
            kind text not null,
            id uuid not null,
            sort text collate "C" not null,
            shown boolean not null,
            tags text[] not null,
            words tsvector not null,
            item jsonb not null,
            admin jsonb not null,
            primary key (kind, id));
        create index if not exists offer_by_title on offer (kind, sort, id);
        -- For rare words; a common one is met soon enough on the way by title.
        create index if not exists offer_by_word on offer using gin (words);
        create table if not exists offer_in_catalog (
            catalog_id uuid not null,
            kind text not null,
            offer_id uuid not null,
            sort text collate "C" not null,
            shown boolean not null,
            tags text[] not null,
            words tsvector not null,
            constraint offer_in_catalog_key primary key (kind, offer_id, catalog_id));
        -- The only one that begins with the catalog: with another the database would rather fetch all of a catalog and sort it, when it takes it for a small one.
        create index if not exists offer_in_catalog_by_title on offer_in_catalog (catalog_id, kind, sort, offer_id);
        create index if not exists offer_in_catalog_by_word on offer_in_catalog using gin (words);
        do $$ begin
            if exists (select from pg_constraint where conname = 'offer_in_catalog_pkey') then
                alter table offer_in_catalog drop constraint offer_in_catalog_pkey, add constraint offer_in_catalog_key primary key (kind, offer_id, catalog_id);
                drop index offer_in_catalog_by_offer;
            end if;
        end $$;
        create table if not exists catalog_seen (
            id uuid primary key,
            name text not null,
            sort text collate "C" not null,
            slug text unique,
            is_public boolean not null,
            audience uuid[] not null);
        create index if not exists catalog_seen_by_name on catalog_seen (sort, id);
        create index if not exists catalog_seen_by_team on catalog_seen using gin (audience);
        create index if not exists catalog_seen_by_everybody on catalog_seen (sort, id) where is_public;
        """;

    public static async Task CreateAsync(IServiceProvider services, CancellationToken ct)
    {
        await using var command = services.GetRequiredService<NpgsqlDataSource>().CreateCommand(Schema);
        await command.ExecuteNonQueryAsync(ct);
    }
}
