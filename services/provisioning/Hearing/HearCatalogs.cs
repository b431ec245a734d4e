using DevPortal.Contracts.Catalog;
using DevPortal.Eventing;
using MassTransit;

namespace DevPortal.Provisioning;

/// <summary>What this service has heard about a catalog: what it publishes, and to whom.</summary>
public sealed record KnownCatalog(
    Guid Id, long SourceVersion, string Name, CatalogVisibility Visibility, Guid[] Audience, Guid[] ProductIds, Guid[] PlanIds)
{
    public static KnownCatalog Create(CatalogChanged heard) => new(
        heard.CatalogId, heard.Origin.Version, heard.Name, heard.Visibility, heard.Audience, heard.ProductIds, heard.PlanIds);

    public KnownCatalog Apply(CatalogChanged heard) => heard.IsNewerThan(SourceVersion) ? Create(heard) : this;

    /// <summary>Whether members of any of these teams see it. A private catalog without an audience is seen by nobody.</summary>
    public bool IsVisibleTo(Guid[] teams) => Visibility == CatalogVisibility.Public || Audience.Intersect(teams).Any();
}

public sealed class HearCatalogs(HearTogether hearing) : IConsumer<CatalogChanged>, IWorksTogether
{
    public Task Consume(ConsumeContext<CatalogChanged> context) =>
        hearing.HearAsync(new Heard(context.Message, context.Message.CatalogId), context.CancellationToken);
}
