using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;

namespace DevPortal.Provisioning;

/// <summary>What the catalogs offer at this moment of the products and the plan that somebody asks for.</summary>
public sealed record Offer(
    Guid[] ProductIds, Guid PlanId, Guid? CatalogId, IReadOnlyList<KnownProduct> Products, KnownPlan? Plan, IReadOnlyList<KnownCatalog> Catalogs)
{
    /// <summary>Codes of <see cref="Refuse"/>.</summary>
    public static readonly string[] Codes =
    [
        "unknown-catalog", "unknown-product", "product-not-published", "product-not-requestable", "unknown-plan", "plan-not-available", "mixed-sources",
        "mixed-authentication", "plan-of-another-source", "plan-not-offered", "not-in-one-catalog",
    ];

    public static async Task<Offer> FindAsync(IQuerySession session, Guid[] productIds, Guid planId, Guid? catalogId, CancellationToken cancel) => new(
        productIds, planId, catalogId,
        await session.LoadManyAsync<KnownProduct>(cancel, productIds),
        await session.LoadAsync<KnownPlan>(planId, cancel),
        await session.QueryAsync<KnownCatalog>(
            "where d.id = ? or d.data @> any (?::jsonb[])", cancel, catalogId ?? Guid.Empty,
            productIds.Select(product => $$"""{"ProductIds":["{{product}}"]}""").Append($$"""{"PlanIds":["{{planId}}"]}""").ToArray()));

    /// <summary>Why somebody in these teams can't have it, naming the field that asks for it; null if he can.
    /// What he may not see is refused like what does not exist.</summary>
    public Refusal? Refuse(Guid[] teams)
    {
        var visible = Catalogs.Where(catalog => catalog.IsVisibleTo(teams)).ToArray();
        if (CatalogId is { } asked && visible.All(catalog => catalog.Id != asked)) return Refusal.Unknown("catalogId", "catalog");
        foreach (var id in ProductIds)
        {
            if (Products.FirstOrDefault(known => known.Id == id) is not { } product || !visible.Any(catalog => catalog.ProductIds.Contains(id)))
                return Refusal.Invalid("productIds", "unknown-product", $"There is no such product: {id}.");
            if (!product.Published)
                return Refusal.Invalid("productIds", "product-not-published", $"The product {id} is not published at present.");
            if (product.NotRequestableBecause is { } reason)
                return Refusal.Invalid("productIds", "product-not-requestable", $"'{product.Title}' can't be requested: {reason}");
            if (product is not { Source: not null, OrgId: not null, PolicyId: not null })
                return Refusal.Invalid("productIds", "product-not-requestable", $"'{product.Title}' is documentation only.");
        }

        if (Plan is null || !visible.Any(catalog => catalog.PlanIds.Contains(PlanId))) return Refusal.Unknown("planId", "plan");
        if (Plan.NotAvailableBecause is { } why)
            return Refusal.Invalid("planId", "plan-not-available", $"The plan '{Plan.Title}' is not available: {why}");
        if (Products.DistinctBy(product => (product.Source, product.OrgId)).Count() > 1)
            return Refusal.Invalid("productIds", "mixed-sources", "These products are of different gateways: one key can't open them all. Make a request for each.");
        if (Products.DistinctBy(product => product.Authentication).Count() > 1)
            return Refusal.Invalid("productIds", "mixed-authentication", "These products need different kinds of credential. Make a request for each.");
        if ((Plan.Source, Plan.OrgId) != (Products[0].Source, Products[0].OrgId))
            return Refusal.Invalid("planId", "plan-of-another-source", $"The plan '{Plan.Title}' is of another gateway than the products.");
        if (Catalog(teams) is null)
        {
            return visible.Any(catalog => MayBeMeant(catalog) && ProductIds.All(catalog.ProductIds.Contains))
                ? Refusal.Invalid("planId", "plan-not-offered", $"The plan '{Plan.Title}' is not offered together with these products.")
                : Refusal.Invalid("productIds", "not-in-one-catalog", "No catalog offers all these products together. Make a request for each.");
        }

        return null;
    }

    /// <summary>The catalog that offers it all to members of these teams; null if none does.</summary>
    public KnownCatalog? Catalog(Guid[] teams) => Catalogs.FirstOrDefault(catalog =>
        MayBeMeant(catalog) && catalog.IsVisibleTo(teams) && catalog.PlanIds.Contains(PlanId) && ProductIds.All(catalog.ProductIds.Contains));

    bool MayBeMeant(KnownCatalog catalog) => CatalogId is null || catalog.Id == CatalogId;

    /// <summary>Waits for what is so young that its message may still be on the way.</summary>
    public static async Task<Refusal?> WaitForYoungAsync(IQuerySession session, Guid[] productIds, Guid planId, Guid? catalogId, TimeProvider time, CancellationToken cancel)
    {
        foreach (var product in productIds)
        {
            if (await WaitAsync<KnownProduct>(product, "product") is { } young) return young;
        }

        return await WaitAsync<KnownPlan>(planId, "plan") ?? (catalogId is { } catalog ? await WaitAsync<KnownCatalog>(catalog, "catalog") : null);

        async Task<Refusal?> WaitAsync<T>(Guid id, string what) where T : class =>
            (await NotYetKnown.WaitForAsync(id, what, time, () => session.LoadAsync<T>(id, cancel), cancel)).Refusal;
    }
}
