using DevPortal.Contracts.Catalog;
using DevPortal.Eventing;
using MassTransit;

namespace DevPortal.Provisioning;

/// <summary>What this service has heard about a product: whether it can be requested, and its policy at Tyk.</summary>
public sealed record KnownProduct(
    Guid Id, long SourceVersion, string? Source, string? OrgId, string? PolicyId, string Title, bool Published, string? NotRequestableBecause, string? Authentication)
{
    public static KnownProduct Create(ProductChanged heard) => new(
        heard.ProductId, heard.Origin.Version, heard.Source, heard.OrgId, heard.PolicyId, heard.Title, heard.Published,
        heard.NotRequestableBecause, heard.Authentication);

    public KnownProduct Apply(ProductChanged heard) => heard.IsNewerThan(SourceVersion) ? Create(heard) : this;
}

public sealed class HearProducts(HearTogether hearing) : IConsumer<ProductChanged>, IWorksTogether
{
    public Task Consume(ConsumeContext<ProductChanged> context) =>
        hearing.HearAsync(new Heard(context.Message, context.Message.ProductId), context.CancellationToken);
}
