using System.ComponentModel.DataAnnotations;
using DevPortal.Contracts.Catalog;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Catalog.Catalogs;

/// <summary>An admin makes a catalog. A private one is seen by nobody until it has an audience.</summary>
public static class CreateCatalog
{
    /// <param name="Slug">Its name in addresses: lower-case letters, digits and hyphens; unique.</param>
    public sealed record Input(
        [property: Required, StringLength(Texts.Title, MinimumLength = 1)] string Name,
        CatalogVisibility Visibility,
        [property: StringLength(60), RegularExpression("[a-z0-9]+(-[a-z0-9]+)*")] string? Slug = null,
        [property: MaxLength(5000)] Guid[]? ProductIds = null,
        [property: MaxLength(500)] Guid[]? PlanIds = null);

    public static void MapCreateCatalog(this IEndpointRouteBuilder catalog) =>
        catalog.MapPost("/catalogs", Handle).WithName(nameof(CreateCatalog)).Refuses(409, "slug-taken")
            .Refuses(422, "blank", "control-characters", "unknown-product", "unknown-plan").WithIdempotency();

    static async Task<Results<Created<GetCatalog.Answer>, ProblemHttpResult>> Handle(
        Input input, CurrentUser admin, IDocumentSession session, HttpContext http, TimeProvider time, CancellationToken ct)
    {
        session.CorrelateWith(http);
        await session.LockSlugAsync(input.Slug, ct);
        if (Refuse(input, await References.FindAsync(session, input, ct)) is { } refusal) return refusal.ToProblem();

        var created = Decide(input, admin, time.GetUtcNow());
        session.Events.StartStream<Catalog>(created.CatalogId, created);
        ETag.Set(http, 1);
        var answer = TypedResults.Created($"/api/catalog/catalogs/{created.CatalogId}", GetCatalog.Answer.Of(created.CatalogId, created.Now, forAdmin: true));
        return await session.TrySaveAsync(http, answer, ct) is { } lost ? lost : answer;
    }

    public static Refusal? Refuse(Input input, References found) =>
        Texts.RefuseLine("name", input.Name) ?? found.RefuseUnknown(input) ?? found.RefuseSlug(catalog: null);

    public static CatalogCreated Decide(Input input, CurrentUser admin, DateTimeOffset now) =>
        new(Guid.CreateVersion7(now), Content(input, audience: []), admin.Id, now);

    internal static CatalogContent Content(Input input, Guid[] audience) => new(
        input.Name.Trim(), Texts.Trimmed(input.Slug), input.Visibility, audience, [.. (input.ProductIds ?? []).Distinct()], [.. (input.PlanIds ?? []).Distinct()]);
}
