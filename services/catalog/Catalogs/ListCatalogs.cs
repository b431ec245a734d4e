using DevPortal.Catalog.Shelf;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace DevPortal.Catalog.Catalogs;

/// <summary>The catalogs that the caller may see, by name.</summary>
public static class ListCatalogs
{
    public static void MapListCatalogs(this IEndpointRouteBuilder catalog) =>
        catalog.MapGet("/catalogs", Handle).WithName(nameof(ListCatalogs)).AnswersNotModified().Refuses(400, "bad-tag", "bad-search");

    static async Task<Results<Ok<Page<CatalogItem>>, StatusCodeHttpResult, ProblemHttpResult>> Handle(
        int? limit, string? cursor, CurrentUser? caller, NpgsqlDataSource database, HttpContext http, CancellationToken ct)
    {
        var (wanted, bad) = Wanted.Read(catalog: null, tag: null, q: null, limit, cursor);
        if (wanted is null) return bad!.ToProblem();
        var page = await database.CatalogsAsync(Viewer.Of(caller, null), wanted, ct);
        return Conditional.IsKnown(http, page) ? Conditional.NotModified : TypedResults.Ok(page);
    }
}
