using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DevPortal.Catalog.Catalogs;

/// <summary>An admin says what a catalog is called, whether everybody sees it, and what is in it. Its audience stays.</summary>
public static class ArrangeCatalog
{
    public static void MapArrangeCatalog(this IEndpointRouteBuilder catalog) =>
        catalog.MapPut("/catalogs/{id:guid}", Handle).WithName(nameof(ArrangeCatalog)).Refuses(409, "slug-taken")
            .Refuses(422, "blank", "control-characters", "unknown-product", "unknown-plan");

    static async Task<Results<NoContent, NotFound, ProblemHttpResult>> Handle(
        Guid id, CreateCatalog.Input input, [FromHeader(Name = "If-Match")] string? seen, CurrentUser admin, IDocumentSession session, HttpContext http, TimeProvider time,
        CancellationToken ct)
    {
        session.CorrelateWith(http);
        var stream = await session.Events.FetchForWriting<Catalog>(id, ct);
        if (stream.Aggregate is not { } catalog) return TypedResults.NotFound();
        if (ETag.Refuses(seen, stream.CurrentVersion ?? 0) is { } stale) return stale.ToProblem();
        await session.LockSlugAsync(input.Slug, ct);
        if (Refuse(catalog, input, await References.FindAsync(session, input, ct)) is { } refusal) return refusal.ToProblem();

        var version = stream.CurrentVersion ?? 0;
        if (Decide(catalog, input, admin, time.GetUtcNow()) is { } arranged)
        {
            stream.AppendOne(arranged);
            version++;
        }

        ETag.Set(http, version);
        var answer = TypedResults.NoContent();
        return await session.TrySaveAsync(http, answer, ct) is { } lost ? lost : answer;
    }

    public static Refusal? Refuse(Catalog catalog, CreateCatalog.Input input, References found) =>
        Texts.RefuseLine("name", input.Name) ?? found.RefuseUnknown(input) ?? found.RefuseSlug(catalog.Id);

    /// <summary>Null if it is like that already.</summary>
    public static CatalogArranged? Decide(Catalog catalog, CreateCatalog.Input input, CurrentUser admin, DateTimeOffset now)
    {
        var content = CreateCatalog.Content(input, catalog.Now.Audience);
        return Same.As(catalog.Now, content) ? null : new CatalogArranged(content, admin.Id, now);
    }
}
