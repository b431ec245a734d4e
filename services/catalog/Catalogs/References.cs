using DevPortal.Catalog.Plans;
using DevPortal.Catalog.Products;
using DevPortal.ServiceDefaults;
using Marten;

namespace DevPortal.Catalog.Catalogs;

/// <summary>What the ids and the slug of an input refer to.</summary>
/// <param name="SlugOf">The catalog that has the slug; null if it is free.</param>
public sealed record References(IReadOnlySet<Guid> Products, IReadOnlySet<Guid> Plans, Guid? SlugOf)
{
    public static async Task<References> FindAsync(IQuerySession session, CreateCatalog.Input input, CancellationToken ct)
    {
        var products = input.ProductIds is { Length: > 0 } some ? await session.Query<Product>().Where(p => p.Id.IsOneOf(some)).Select(p => p.Id).ToListAsync(ct) : [];
        var plans = input.PlanIds is { Length: > 0 } few ? await session.Query<Plan>().Where(p => p.Id.IsOneOf(few)).Select(p => p.Id).ToListAsync(ct) : [];
        var holder = input.Slug is { } slug ? await session.AdvancedSql.QueryAsync<Guid>("select id from catalog_seen where slug = ?", ct, slug) : [];
        return new References(products.ToHashSet(), plans.ToHashSet(), holder.Count == 0 ? null : holder[0]);
    }

    public Refusal? RefuseUnknown(CreateCatalog.Input input) =>
        Unknown("productIds", "product", input.ProductIds, Products) ?? Unknown("planIds", "plan", input.PlanIds, Plans);

    /// <summary>Taken by another catalog than this one.</summary>
    public Refusal? RefuseSlug(Guid? catalog) => SlugOf is { } holder && holder != catalog
        ? new Refusal(StatusCodes.Status409Conflict, "slug-taken", "Another catalog has this slug.", "slug")
        : null;

    static Refusal? Unknown(string field, string what, Guid[]? ids, IReadOnlySet<Guid> known)
    {
        var at = Array.FindIndex(ids ?? [], id => !known.Contains(id));
        return at < 0 ? null : Refusal.Unknown($"{field}[{at}]", what);
    }
}
