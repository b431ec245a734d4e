using DevPortal.Portal.Api;

namespace DevPortal.Portal.Pages.Catalog;

/// <summary>An API's document for the renderer, and to take along; for whom may see a product that holds it.</summary>
static class OpenApiDocument
{
    public static void MapOpenApiDocument(this WebApplication app) => app.MapGet("/catalog/{id:guid}/apis/{api:guid}/openapi.json", async (Guid id, Guid api, PublicApi portal) =>
        await portal.FindTextAsync($"/api/catalog/products/{id}/apis/{api}/openapi") is { } document ? Results.Text(document, "application/json") : throw new RefusedException(Problem.NotFound)).AllowAnonymous();
}
