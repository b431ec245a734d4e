using System.ComponentModel.DataAnnotations;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DevPortal.Catalog.Products;

/// <summary>An admin writes what the portal says of a product, and whether it is published. Tyk's part is not touched.</summary>
public static class DescribeProduct
{
    /// <param name="Description">Markdown.</param>
    /// <param name="Published">False = a draft, which only admins see; it ends no credential.</param>
    public sealed record Input(
        [property: Required, StringLength(Texts.Title, MinimumLength = 1)] string Title,
        bool Published,
        [property: StringLength(Texts.Summary)] string? Summary = null,
        [property: StringLength(Texts.Description)] string? Description = null,
        [property: MaxLength(Texts.Tags)] string[]? Tags = null);

    public static void MapDescribeProduct(this IEndpointRouteBuilder catalog) =>
        catalog.MapPut("/products/{id:guid}", Handle).WithName(nameof(DescribeProduct)).Refuses(422, "blank", "control-characters", "bad-tag");

    static async Task<Results<NoContent, NotFound, ProblemHttpResult>> Handle(
        Guid id, Input input, [FromHeader(Name = "If-Match")] string? seen, CurrentUser admin, IDocumentSession session, HttpContext http, TimeProvider time, CancellationToken ct)
    {
        session.CorrelateWith(http);
        await session.LockAsync(id, ct);
        var stream = await session.Events.FetchForWriting<Product>(id, ct);
        if (stream.Aggregate is not { } product) return TypedResults.NotFound();
        if (ETag.Refuses(seen, stream.CurrentVersion ?? 0) is { } stale) return stale.ToProblem();
        if (Refuse(input) is { } refusal) return refusal.ToProblem();

        var version = stream.CurrentVersion ?? 0;
        if (Decide(product, input, admin, time.GetUtcNow()) is { } described)
        {
            stream.AppendOne(described);
            version++;
            if (await AssessProduct.DecideAsync(session, id, product, described.Text, described.OccurredAt, ct) is { } assessed)
            {
                stream.AppendOne(assessed);
                version++;
            }
        }

        ETag.Set(http, version);
        var answer = TypedResults.NoContent();
        return await session.TrySaveAsync(http, answer, ct) is { } lost ? lost : answer;
    }

    public static Refusal? Refuse(Input input) =>
        Texts.RefuseLine("title", input.Title) ?? Texts.RefuseOptionalLine("summary", input.Summary) ?? Texts.RefuseMarkdown("description", input.Description) ?? Texts.RefuseTags(input.Tags);

    /// <summary>Null if it says already what the admin wants it to say.</summary>
    public static ProductDescribed? Decide(Product product, Input input, CurrentUser admin, DateTimeOffset now)
    {
        var text = new ProductText(
            input.Title.Trim(), Texts.Trimmed(input.Summary), string.IsNullOrWhiteSpace(input.Description) ? null : input.Description,
            [.. (input.Tags ?? []).Select(tag => tag.Trim()).Distinct(StringComparer.OrdinalIgnoreCase)], input.Published);
        return product.Text is { } old && Same.As(old, text) ? null : new ProductDescribed(product.Id, text, admin.Id, now);
    }
}
