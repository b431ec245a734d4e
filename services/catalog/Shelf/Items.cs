using System.Text.Json.Serialization;
using DevPortal.Catalog.Plans;
using DevPortal.Catalog.Products;
using DevPortal.Contracts.Catalog;

namespace DevPortal.Catalog.Shelf;

/// <summary>A product in a list.</summary>
/// <param name="Authentication">The kind of credential that opens it, e.g. <c>authToken</c>; null if there is no common one.</param>
/// <param name="Admin">Only for admins who ask for it by <c>?view=admin</c>.</param>
public sealed record ProductItem(
    Guid Id, string Title, string? Summary, string[] Tags, bool Requestable, string? NotRequestableBecause, string? Authentication, AdminDetails? Admin = null)
{
    public static ProductItem Of(Guid id, ProductStanding now) => new(
        id, now.Title, now.Summary, now.Tags, now.NotRequestableBecause is null, now.NotRequestableBecause, now.Authentication);
}

/// <summary>A plan in a list. Calls are per seconds; null means unlimited.</summary>
/// <param name="KeyLifetime">Seconds that access on this plan lives; null = for ever.</param>
public sealed record PlanItem(
    Guid Id, string Title, string? Price, double? Rate, double? Per, long? Quota, long? QuotaRenewal, long? KeyLifetime, bool Available,
    string? NotAvailableBecause, AdminDetails? Admin = null)
{
    /// <summary>Markdown as an admin wrote it: render and clean it before showing. Only with a product; a list leaves it out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }

    public static PlanItem Of(Guid id, PlanStanding now) => new(
        id, now.Title, now.Price, now.Limits.Rate, now.Limits.Per, now.Limits.Quota, now.Limits.QuotaRenewal, now.KeyLifetime,
        now.NotAvailableBecause is null, now.NotAvailableBecause);
}

/// <summary>What admins see besides.</summary>
/// <param name="Shown">Whether people see it in the catalogs that it is in: published, and not hidden by Tyk.</param>
/// <param name="Source">Tyk source.</param>
/// <param name="PolicyId">The policy at the gateway.</param>
/// <param name="TykName">Its name there.</param>
/// <param name="HiddenBecause">Why Tyk hides it.</param>
public sealed record AdminDetails(bool Shown, string Source, string OrgId, string PolicyId, string TykName, string? HiddenBecause, string[] Warnings)
{
    public static AdminDetails Of(bool shown, TykFacts tyk) => new(shown, tyk.Source, tyk.OrgId, tyk.PolicyId, tyk.Name, tyk.HiddenBecause, tyk.Warnings);
}

/// <summary>A catalog in a list.</summary>
public sealed record CatalogItem(Guid Id, string Name, string? Slug, CatalogVisibility Visibility);

/// <summary>A catalog, named.</summary>
public sealed record CatalogName(Guid Id, string Name);
