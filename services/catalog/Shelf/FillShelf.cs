using System.Text.Json;
using DevPortal.Catalog.Catalogs;
using DevPortal.Catalog.Plans;
using DevPortal.Catalog.Products;
using DevPortal.Contracts.Catalog;
using DevPortal.ServiceDefaults;
using JasperFx.Events;
using Marten;
using Marten.Events.Projections;

namespace DevPortal.Catalog.Shelf;

/// <summary>Keeps the flat tables up to date, in the transaction of the event.</summary>
public sealed class FillShelf : EventProjection
{
    public const string Product = "product", Plan = "plan";

    public override ValueTask ApplyAsync(IDocumentOperations operations, IEvent e, CancellationToken cancellation)
    {
        switch (e.Data)
        {
            case ProductAssessed { Now: var now } assessed:
                Put(operations, Product, assessed.ProductId, now.Title, now.Shown, now.Tags, $"{now.Title} {now.Summary} {string.Join(' ', now.Tags)}",
                    ProductItem.Of(assessed.ProductId, now), now.Tyk);
                break;
            case PlanAssessed { Now: var now } assessed:
                Put(operations, Plan, assessed.PlanId, now.Title, now.NotAvailableBecause is null, [], now.Title, PlanItem.Of(assessed.PlanId, now), now.Tyk);
                break;
            case ICatalogEvent { Now: var now }:
                Put(operations, e.StreamId, now);
                break;
        }

        return ValueTask.CompletedTask;
    }

    static void Put<T>(
        IDocumentOperations operations, string kind, Guid id, string title, bool shown, string[] tags, string words, T item, TykFacts admin)
    {
        var sort = SortKey.Of(title);
        // First the offer's own row: a catalog that takes the offer in at this moment holds it, and what it inserts is seen by the second statement.
        operations.QueueSqlCommand('^', """
            insert into offer (kind, id, sort, shown, tags, words, item, admin) values (^, ^, ^, ^, ^, to_tsvector('simple', ^), ^::jsonb, ^::jsonb)
            on conflict (kind, id) do update set sort = excluded.sort, shown = excluded.shown, tags = excluded.tags,
                words = excluded.words, item = excluded.item, admin = excluded.admin
            """, kind, id, sort, shown, tags, words, JsonSerializer.Serialize(item, Json.Options), JsonSerializer.Serialize(admin, Json.Options));
        operations.QueueSqlCommand('^', """
            update offer_in_catalog set sort = ^, shown = ^, tags = ^, words = to_tsvector('simple', ^) where kind = ^ and offer_id = ^
            """, sort, shown, tags, words, kind, id);
    }

    static void Put(IDocumentOperations operations, Guid id, CatalogContent now)
    {
        operations.QueueSqlCommand('^', """
            insert into catalog_seen (id, name, sort, slug, is_public, audience) values (^, ^, ^, ^::text, ^, ^)
            on conflict (id) do update set name = excluded.name, sort = excluded.sort, slug = excluded.slug,
                is_public = excluded.is_public, audience = excluded.audience
            """, id, now.Name, SortKey.Of(now.Name), (object?)now.Slug ?? DBNull.Value, now.Visibility == CatalogVisibility.Public, now.Audience);
        PutOffers(operations, id, Product, now.ProductIds);
        PutOffers(operations, id, Plan, now.PlanIds);
    }

    static void PutOffers(IDocumentOperations operations, Guid catalog, string kind, Guid[] offers)
    {
        operations.QueueSqlCommand('^', """
            insert into offer_in_catalog (catalog_id, kind, offer_id, sort, shown, tags, words)
            select ^, kind, id, sort, shown, tags, words from (select * from offer where kind = ^ and id = any(^) order by id for share) locked
            on conflict (catalog_id, kind, offer_id) do nothing
            """, catalog, kind, offers);
        operations.QueueSqlCommand('^', "delete from offer_in_catalog where catalog_id = ^ and kind = ^ and offer_id <> all(^)", catalog, kind, offers);
    }
}
