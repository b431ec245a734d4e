using DevPortal.Catalog.Shelf;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace DevPortal.Catalog.Products;

/// <summary>The products that the caller may see, by title.</summary>
public static class ListProducts
{
    public static void MapListProducts(this IEndpointRouteBuilder catalog) =>
        catalog.MapGet("/products", Handle).WithName(nameof(ListProducts)).AnswersNotModified().Refuses(400, "unknown-view")
            .Refuses(403, "admins-only").Refuses(401, "not-signed-in").Refuses(400, "bad-tag", "bad-search");

    static async Task<Results<Ok<Page<ProductItem>>, StatusCodeHttpResult, ProblemHttpResult>> Handle(
        Guid? catalog, string? tag, string? q, string? view, int? limit, string? cursor, CurrentUser? caller, NpgsqlDataSource database, HttpContext http, CancellationToken ct)
    {
        if (Viewer.Refuse(caller, view) is { } refusal) return refusal.ToProblem();
        var (wanted, bad) = Wanted.Read(catalog, tag, q, limit, cursor);
        if (wanted is null) return bad!.ToProblem();

        var page = await database.PageAsync<ProductItem>(FillShelf.Product, Viewer.Of(caller, view), wanted, (product, admin) => product with { Admin = admin }, ct);
        return Conditional.IsKnown(http, page) ? Conditional.NotModified : TypedResults.Ok(page);
    }
}
