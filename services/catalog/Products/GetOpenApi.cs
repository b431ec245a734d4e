using System.Text.Json;
using DevPortal.Catalog.Shelf;
using DevPortal.Catalog.Tyk;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace DevPortal.Catalog.Products;

/// <summary>The OpenAPI document of an API, for those who see a product that contains it.</summary>
public static class GetOpenApi
{
    public static void MapGetOpenApi(this IEndpointRouteBuilder catalog) =>
        catalog.MapGet("/products/{id:guid}/apis/{api:guid}/openapi", Handle).WithName(nameof(GetOpenApi)).Produces<JsonElement>().AnswersNotModified();

    static async Task<Results<ContentHttpResult, StatusCodeHttpResult, NotFound>> Handle(
        Guid id, Guid api, CurrentUser? caller, IQuerySession session, NpgsqlDataSource database, HttpContext http, CancellationToken ct)
    {
        if (!await database.MaySeeAsync(FillShelf.Product, id, Viewer.Of(caller, null), ct)
            || await session.LoadAsync<Product>(id, ct) is not { } product || !product.Now.ApiIds.Contains(api)
            || await session.LoadAsync<KnownApi>(api, ct) is not { OpenApiHash: { } hash }) return TypedResults.NotFound();
        if (Conditional.IsKnownTag(http, $"\"{hash}\"")) return Conditional.NotModified;
        return await session.LoadAsync<OpenApiDocument>(hash, ct) is { } document ? TypedResults.Text(document.Text, "application/json") : TypedResults.NotFound();
    }
}
