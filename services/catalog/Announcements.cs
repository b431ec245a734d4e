using DevPortal.Catalog.Catalogs;
using DevPortal.Catalog.Plans;
using DevPortal.Catalog.Products;
using DevPortal.Contracts;
using DevPortal.Contracts.Catalog;
using DevPortal.Eventing;
using JasperFx.Events;

namespace DevPortal.Catalog;

/// <summary>All that the catalog ever says to others.</summary>
public static class Announcements
{
    public static readonly Announcing All = new(Of, typeof(ProductChanged), typeof(PlanChanged), typeof(CatalogChanged));

    public static IMessage? Of(IEvent recorded) => recorded.Data switch
    {
        ProductAssessed { Now: var now } e => new ProductChanged(
            Announcing.Origin(recorded, e.OccurredAt), e.ProductId, now.Tyk.Source, now.Tyk.OrgId, now.Tyk.PolicyId, now.Title, now.Shown,
            now.NotRequestableBecause, now.ApiIds, now.Authentication),
        PlanAssessed { Now: var now } e => new PlanChanged(
            Announcing.Origin(recorded, e.OccurredAt), e.PlanId, now.Tyk.Source, now.Tyk.OrgId, now.Tyk.PolicyId, now.Title, now.NotAvailableBecause,
            now.Limits.Rate, now.Limits.Per, now.Limits.Quota, now.Limits.QuotaRenewal, now.KeyLifetime),
        ICatalogEvent { Now: var now } e => new CatalogChanged(
            Announcing.Origin(recorded, e.OccurredAt), recorded.StreamId, now.Name, now.Visibility, now.Audience, now.ProductIds, now.PlanIds),
        _ => null,
    };
}
