using System.Net;
using DevPortal.Contracts.Catalog;
using DevPortal.Contracts.Identity;
using Xunit;

namespace DevPortal.Catalog.Tests;

public sealed class DescribeProductTests(RunningCatalog catalog)
{
    [Fact]
    public async Task An_admins_texts_are_shown_announced_and_untouched_by_sync()
    {
        var product = await catalog.ProductAsync(published: false);
        await catalog.CatalogAsync(CatalogVisibility.Public, [], product.Id);
        var admin = await catalog.AdminAsync();
        var tag = (await admin.AskAsync($"products/{product.Id}").Answers(HttpStatusCode.OK)).Headers.ETag!.ToString();

        var written = await admin.PutAsync(
            $"products/{product.Id}", new { title = "Weather for all", summary = "Rain and sun", description = "# Weather\n<b>raw</b>", tags = new[] { "sky" }, published = true }, tag).Answers(HttpStatusCode.NoContent);
        Assert.Equal(written.Headers.ETag, (await admin.AskAsync($"products/{product.Id}")).Headers.ETag);
        await catalog.Broker.ReceivedAsync<ProductChanged>(message => message.ProductId == product.Id && message is { Title: "Weather for all", Published: true, NotRequestableBecause: null });

        await catalog.HearAsync(product.Product(version: 2, name: "renamed at Tyk"));
        await Poll.UntilAsync(async () => (await admin.AskAsync($"products/{product.Id}?view=admin").Reads()).GetProperty("admin").Text("tykName") == "renamed at Tyk");
        var seen = await catalog.Anonymous().AskAsync($"products/{product.Id}").Reads();
        Assert.Equal(("Weather for all", "Rain and sun", "# Weather\n<b>raw</b>"), (seen.Text("title"), seen.Text("summary"), seen.Text("description")));
    }

    [Fact]
    public async Task Only_admins_who_saw_the_present_state_write()
    {
        var product = await catalog.ProductAsync();
        var (path, body) = ($"products/{product.Id}", new { title = "Weather", published = true });
        var admin = await catalog.AdminAsync();

        await catalog.Anonymous().PutAsync(path, body, "*").Refuses(HttpStatusCode.Unauthorized, "not-signed-in");
        await (await catalog.PersonAsync(UserRole.Member)).PutAsync(path, body, "*").Refuses(HttpStatusCode.Forbidden, "forbidden");
        await admin.PutAsync($"products/{Guid.NewGuid()}", body, "*").Refuses(HttpStatusCode.NotFound, "not-found");
        await admin.PutAsync(path, body, null).Refuses((HttpStatusCode)428, "if-match-required", "If-Match");
        await admin.PutAsync(path, body, "\"999\"").Refuses(HttpStatusCode.PreconditionFailed, "stale");
    }

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest, null)]
    [InlineData("""{"title":"x"}""", HttpStatusCode.BadRequest, "published")]
    [InlineData("""{"title":7,"published":true}""", HttpStatusCode.BadRequest, "title")]
    [InlineData("""{"title":null,"published":true}""", HttpStatusCode.BadRequest, "title")]
    [InlineData("""{"title":"","published":true}""", HttpStatusCode.BadRequest, "title")]
    [InlineData("""{"title":"x\u0000","published":true}""", HttpStatusCode.UnprocessableEntity, "title")]
    [InlineData("""{"title":"x\ud800","published":true}""", HttpStatusCode.BadRequest, null)]
    [InlineData("""{"title":"x","published":true,"description":"\u0000"}""", HttpStatusCode.UnprocessableEntity, "description")]
    [InlineData("""{"title":"x","published":true,"tags":[null]}""", HttpStatusCode.UnprocessableEntity, "tags[0]")]
    public async Task What_cannot_be_stored_is_refused_naming_the_field(string body, HttpStatusCode status, string? field)
    {
        var product = await catalog.ProductAsync();
        var answer = await (await catalog.AdminAsync()).PutAsync($"products/{product.Id}", body, "*").Answers(status);
        if (field is not null) Assert.Contains($"\"{field}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_long_is_refused()
    {
        var product = await catalog.ProductAsync();
        var admin = await catalog.AdminAsync();
        await admin.PutAsync($"products/{product.Id}", new { title = new string('x', 121), published = true }, "*").Refuses(HttpStatusCode.BadRequest, "invalid", "title");
        await admin.PutAsync($"products/{product.Id}", new { title = "x", description = new string('x', 50_001), published = true }, "*").Refuses(HttpStatusCode.BadRequest, "invalid", "description");
        await admin.PutAsync($"products/{product.Id}", new { title = "x", tags = Enumerable.Repeat("t", 21), published = true }, "*").Refuses(HttpStatusCode.BadRequest, "invalid", "tags");
    }

    [Fact]
    public async Task Two_admins_at_once_one_writes_and_the_other_is_told()
    {
        var product = await catalog.ProductAsync();
        var admin = await catalog.AdminAsync();
        for (var round = 0; round < 10; round++)
        {
            var tag = (await admin.AskAsync($"products/{product.Id}")).Headers.ETag!.ToString();
            var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => admin.PutAsync($"products/{product.Id}", new { title = $"Round {round} of {i}", published = true }, tag)));
            Assert.Equal([HttpStatusCode.NoContent, HttpStatusCode.PreconditionFailed], answers.Select(answer => answer.StatusCode).Order());
        }
    }
}
