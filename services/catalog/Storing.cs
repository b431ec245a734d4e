using DevPortal.Catalog.People;
using DevPortal.Catalog.Plans;
using DevPortal.Catalog.Products;
using DevPortal.Catalog.Shelf;
using DevPortal.Catalog.Tyk;
using JasperFx.Events.Projections;
using Marten;

namespace DevPortal.Catalog;

/// <summary>What is kept, and in which form.</summary>
static class Storing
{
    /// <summary>Facts of Tyk and of identity, as they were last heard.</summary>
    public static void KeepsWhatOthersSay(this StoreOptions store)
    {
        store.Projections.Snapshot<KnownTeam>(SnapshotLifecycle.Inline);
        store.Projections.Snapshot<KnownPolicy>(SnapshotLifecycle.Inline);
        store.Projections.Snapshot<KnownApi>(SnapshotLifecycle.Inline);
        // Which products contain this API?
        store.Schema.For<KnownPolicy>().GinIndexJsonData();
        store.Schema.For<KnownApi>().Duplicate(api => api.ApiId).Duplicate(api => api.SortName, configure: null).Index([api => api.SortName, api => api.Id]);
        store.Schema.For<OpenApiDocument>().Identity(document => document.Hash);
    }

    /// <summary>Our own: what products and plans are to people, and who sees them.</summary>
    public static void KeepsTheCatalog(this StoreOptions store)
    {
        store.Projections.Snapshot<Product>(SnapshotLifecycle.Inline);
        store.Projections.Snapshot<Plan>(SnapshotLifecycle.Inline);
        store.Projections.Snapshot<Catalogs.Catalog>(SnapshotLifecycle.Inline);
        store.Projections.Add(new FillShelf(), ProjectionLifecycle.Inline);
    }
}
