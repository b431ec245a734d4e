using DevPortal.Demo.Api;

namespace DevPortal.Demo.Playing;

/// <summary>What one request led to.</summary>
public sealed class Access(ProductPage product, Plan plan, AccessRequest request, Uri url)
{
    public ProductPage Product { get; } = product;

    public Plan Plan { get; } = plan;

    public Guid RequestId { get; } = request.Id;

    public Guid CorrelationId { get; } = request.CorrelationId;

    public Guid CredentialId { get; } = request.Credential!.Id;

    /// <summary>Where it is called through Tyk.</summary>
    public Uri Url { get; } = url;

    /// <summary>The key, as it was revealed last.</summary>
    public string Key { get; set; } = "";
}

/// <summary>Who plays, and what they have so far.</summary>
public sealed class Scene(Cast cast, Actor consumer, Actor approver, Actor? inviter, IReadOnlyList<ProductPage> products, TykCaller tyk)
{
    public Cast Cast { get; } = cast;

    public Actor Consumer { get; } = consumer;

    public Actor Approver { get; } = approver;

    /// <summary>Made the consumer's one-time link, so he may not decide.</summary>
    public Actor? Inviter { get; } = inviter;

    /// <summary>Those that the consumer may request.</summary>
    public IReadOnlyList<ProductPage> Products { get; } = products;

    public TykCaller Tyk { get; } = tyk;

    public App App { get; set; } = null!;

    public Access First { get; set; } = null!;

    public Access Second { get; set; } = null!;

    /// <summary>A consumer who may request two products, and an admin who may decide it.</summary>
    public static async Task<Scene> SetAsync(Cast cast, TykCaller tyk, CancellationToken ct)
    {
        foreach (var consumer in cast.Consumers)
        {
            var products = new List<ProductPage>();
            foreach (var product in await consumer.Portal.ListAsync<Product>("/api/catalog/products", ct))
            {
                var page = await consumer.Portal.GetAsync<ProductPage>($"/api/catalog/products/{product.Id}", ct);
                if (page.Requestable && page.Plans.Any(plan => plan.Available)) products.Add(page);
            }
            if (products.Count < 2) continue;
            var (approver, inviter) = await cast.DecidersOfAsync(consumer, ct);
            return new Scene(cast, consumer, approver, inviter, products, tyk);
        }
        throw new InvalidOperationException("No consumer may request two products: is this portal filled?");
    }
}
