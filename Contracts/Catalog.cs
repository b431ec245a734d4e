namespace DevPortal.Contracts.Catalog;

/// <summary>Who may see what a catalog publishes.</summary>
public enum CatalogVisibility { Public, Private }

/// <summary>A product changed, in what Tyk or what the portal says of it.</summary>
/// <param name="Origin">The event in the product's stream.</param>
/// <param name="ProductId">The product.</param>
/// <param name="Source">Tyk source; null for documentation-only products.</param>
/// <param name="OrgId">Tyk organisation.</param>
/// <param name="PolicyId">Tyk policy.</param>
/// <param name="Title">What people read.</param>
/// <param name="Published">False: a draft, or hidden by Tyk; it is shown to nobody but admins.</param>
/// <param name="NotRequestableBecause">Null if it can be requested, else the reason that people are shown.</param>
/// <param name="ApiIds">Portal ids of its APIs.</param>
/// <param name="Authentication">The one kind of credential that all its APIs accept; null if there is none.</param>
public sealed record ProductChanged(
    Origin Origin, Guid ProductId, string? Source, string? OrgId, string? PolicyId, string Title, bool Published,
    string? NotRequestableBecause, Guid[] ApiIds, string? Authentication) : IMessage;

/// <summary>A plan changed, in what Tyk or what the portal says of it.</summary>
/// <param name="Origin">The event in the plan's stream.</param>
/// <param name="PlanId">The plan.</param>
/// <param name="Source">Tyk source.</param>
/// <param name="OrgId">Tyk organisation.</param>
/// <param name="PolicyId">Tyk policy.</param>
/// <param name="Title">What people read.</param>
/// <param name="NotAvailableBecause">Null if it can be chosen, else the reason.</param>
/// <param name="Rate">Calls per <paramref name="Per"/> seconds; null = unlimited.</param>
/// <param name="Per">Seconds.</param>
/// <param name="Quota">Calls per <paramref name="QuotaRenewal"/> seconds; null = unlimited.</param>
/// <param name="QuotaRenewal">Seconds.</param>
/// <param name="KeyLifetime">Seconds that a grant on this plan lives; null = for ever.</param>
public sealed record PlanChanged(
    Origin Origin, Guid PlanId, string Source, string OrgId, string PolicyId, string Title, string? NotAvailableBecause,
    double? Rate, double? Per, long? Quota, long? QuotaRenewal, long? KeyLifetime) : IMessage;

/// <summary>A catalog changed; carries all that it publishes and to whom.</summary>
/// <param name="Origin">The event in the catalog's stream.</param>
/// <param name="CatalogId">The catalog.</param>
/// <param name="Name">Its name.</param>
/// <param name="Visibility">Public or private.</param>
/// <param name="Audience">Teams that see a private catalog; empty = nobody.</param>
/// <param name="ProductIds">Products in it.</param>
/// <param name="PlanIds">Plans in it.</param>
public sealed record CatalogChanged(
    Origin Origin, Guid CatalogId, string Name, CatalogVisibility Visibility, Guid[] Audience, Guid[] ProductIds, Guid[] PlanIds) : IMessage;
