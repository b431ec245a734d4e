using System.Net;
using DevPortal.Contracts.Catalog;
using Xunit;

namespace DevPortal.Catalog.Tests;

public sealed class GetOpenApiTests(RunningCatalog catalog)
{
    const string Document = "{\"openapi\":\"3.0.3\",  \"info\":{\"title\":\"Wetter \\u0000 °\",\"version\":\"1\"},\"paths\":{}}";

    [Fact]
    public async Task The_document_is_read_byte_for_byte_by_those_who_see_the_product()
    {
        var product = await catalog.ProductAsync();
        await catalog.HearAsync(product.Api(version: 2, openApi: Document));
        var path = $"products/{product.Id}/apis/{product.ApiStream}/openapi";
        await catalog.Anonymous().AskAsync(path).Refuses(HttpStatusCode.NotFound, "not-found");
        await catalog.CatalogAsync(CatalogVisibility.Public, [], product.Id);

        var answer = await catalog.Anonymous().AskAsync(path).Answers(HttpStatusCode.OK);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(Document, await answer.Content.ReadAsStringAsync());
        await catalog.Anonymous().AskAsync(path, answer.Headers.ETag!.ToString()).Answers(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task An_api_of_another_product_or_without_a_document_is_not_there()
    {
        var (one, other) = (await catalog.ProductAsync(), await catalog.ProductAsync());
        await catalog.HearAsync(other.Api(version: 2, openApi: Document));
        var admin = await catalog.AdminAsync();
        await admin.AskAsync($"products/{one.Id}/apis/{other.ApiStream}/openapi").Refuses(HttpStatusCode.NotFound, "not-found");
        await admin.AskAsync($"products/{one.Id}/apis/{one.ApiStream}/openapi").Refuses(HttpStatusCode.NotFound, "not-found");
        await admin.AskAsync($"products/{other.Id}/apis/{other.ApiStream}/openapi").Answers(HttpStatusCode.OK);
    }
}
