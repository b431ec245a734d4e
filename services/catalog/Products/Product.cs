using JasperFx.Events;

namespace DevPortal.Catalog.Products;

/// <summary>What the portal says of a product. Written by admins only; sync never touches it.</summary>
public sealed record ProductText(string Title, string? Summary, string? Description, string[] Tags, bool Published);

/// <summary>An admin wrote what the portal says of a product.</summary>
public sealed record ProductDescribed(Guid ProductId, ProductText Text, Guid By, DateTimeOffset OccurredAt);

/// <summary>What a product is to others changed, by Tyk or by an admin; carries it whole.</summary>
public sealed record ProductAssessed(Guid ProductId, ProductStanding Now, DateTimeOffset OccurredAt);

/// <summary>What a product is to others: what Tyk and the portal say of it, put together.</summary>
/// <param name="Tyk">For admins: where it comes from.</param>
/// <param name="Title">The portal's title; before there is one, the policy's name.</param>
/// <param name="Shown">Published, and not hidden by Tyk: people see it in the catalogs that it is in.</param>
/// <param name="NotRequestableBecause">In words for people; null if it can be requested.</param>
/// <param name="ApiIds">Portal ids of its APIs that are there.</param>
/// <param name="Authentication">The one kind of credential that all its APIs accept.</param>
public sealed record ProductStanding(
    TykFacts Tyk, string Title, string? Summary, string[] Tags, bool Shown, string? NotRequestableBecause, Guid[] ApiIds, string? Authentication);

/// <summary>What admins see of the policy behind a product or plan.</summary>
/// <param name="HiddenBecause">Why Tyk hides it; null while it is there and active.</param>
/// <param name="Warnings">What is odd about it.</param>
public sealed record TykFacts(string Source, string OrgId, string PolicyId, string Name, string? HiddenBecause, string[] Warnings);

/// <summary>A product. Its stream has the id of the policy's stream at tyk-sync.</summary>
public sealed record Product(Guid Id, long Version, ProductText? Text, ProductStanding Now)
{
    public static Product Create(IEvent<ProductAssessed> e) => new(e.Data.ProductId, e.Version, null, e.Data.Now);

    public Product Apply(IEvent<ProductAssessed> e) => this with { Version = e.Version, Now = e.Data.Now };

    public Product Apply(IEvent<ProductDescribed> e) => this with { Version = e.Version, Text = e.Data.Text };
}
