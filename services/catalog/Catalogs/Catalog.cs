using DevPortal.Contracts.Catalog;
using JasperFx.Events;

namespace DevPortal.Catalog.Catalogs;

/// <summary>All that a catalog is. Every event carries it whole.</summary>
/// <param name="Slug">Its name in addresses; unique.</param>
/// <param name="Audience">Teams that see it while it is private; empty = nobody but admins.</param>
public sealed record CatalogContent(string Name, string? Slug, CatalogVisibility Visibility, Guid[] Audience, Guid[] ProductIds, Guid[] PlanIds);

/// <summary>Something happened to a catalog.</summary>
public interface ICatalogEvent
{
    CatalogContent Now { get; }
    Guid By { get; }
    DateTimeOffset OccurredAt { get; }
}

public sealed record CatalogCreated(Guid CatalogId, CatalogContent Now, Guid By, DateTimeOffset OccurredAt) : ICatalogEvent;

public sealed record CatalogArranged(CatalogContent Now, Guid By, DateTimeOffset OccurredAt) : ICatalogEvent;

public sealed record AudienceChosen(CatalogContent Now, Guid By, DateTimeOffset OccurredAt) : ICatalogEvent;

/// <summary>A catalog publishes products and plans to everybody or to some teams.</summary>
public sealed record Catalog(Guid Id, long Version, CatalogContent Now)
{
    public static Catalog Create(IEvent<CatalogCreated> e) => new(e.Data.CatalogId, e.Version, e.Data.Now);

    public Catalog Apply(IEvent<CatalogArranged> e) => this with { Version = e.Version, Now = e.Data.Now };

    public Catalog Apply(IEvent<AudienceChosen> e) => this with { Version = e.Version, Now = e.Data.Now };
}
