using System.Net;
using DevPortal.Contracts.Catalog;
using DevPortal.Contracts.Identity;
using Xunit;

namespace DevPortal.Catalog.Tests;

public sealed class ListProductsTests(RunningCatalog catalog)
{
    [Fact]
    public async Task Everybody_sees_what_his_catalogs_show_and_nothing_else()
    {
        var (teamA, teamB) = (await catalog.TeamAsync(), await catalog.TeamAsync());
        var (open, forA, forNobody, loose) = (await catalog.ProductAsync(), await catalog.ProductAsync(), await catalog.ProductAsync(), await catalog.ProductAsync());
        var draft = await catalog.ProductAsync(published: false);
        var everybody = await catalog.CatalogAsync(CatalogVisibility.Public, [], open.Id, draft.Id);
        var onlyA = await catalog.CatalogAsync(CatalogVisibility.Private, [teamA], forA.Id, draft.Id);
        var nobody = await catalog.CatalogAsync(CatalogVisibility.Private, [], forNobody.Id);
        TykThing[] all = [open, forA, forNobody, loose, draft];

        foreach (var (viewer, seen, catalogs) in new[]
        {
            (catalog.Anonymous(), new[] { open }, new[] { everybody }),
            (await catalog.PersonAsync(UserRole.Member, teamA), [open, forA], [everybody, onlyA]),
            (await catalog.PersonAsync(UserRole.Member, teamB), [open], [everybody]),
            (await catalog.PersonAsync(UserRole.Member), [open], [everybody]),
            (await catalog.AdminAsync(), all, [everybody, onlyA, nobody]),
        })
        {
            var listed = (await WholeListAsync(viewer)).Intersect(all.Select(product => product.Id));
            Assert.Equal(seen.Select(product => product.Id).Order(), listed.Order());
            foreach (var product in all)
            {
                await viewer.AskAsync($"products/{product.Id}").Answers(seen.Contains(product) ? HttpStatusCode.OK : HttpStatusCode.NotFound);
            }

            Assert.Equal(catalogs.Order(), (await WholeListAsync(viewer, "catalogs")).Intersect([everybody, onlyA, nobody]).Order());
            foreach (var one in new[] { everybody, onlyA, nobody })
            {
                await viewer.AskAsync($"catalogs/{one}").Answers(catalogs.Contains(one) ? HttpStatusCode.OK : HttpStatusCode.NotFound);
                if (!catalogs.Contains(one)) Assert.Empty((await viewer.AskAsync($"products?catalog={one}").Reads()).Ids());
            }
        }
    }

    [Fact]
    public async Task A_list_is_narrowed_by_catalog_tag_and_the_beginnings_of_words()
    {
        var admin = await catalog.AdminAsync();
        var (rain, sun) = (await catalog.ProductAsync("Rain"), await catalog.ProductAsync("Sun"));
        await admin.PutAsync($"products/{rain.Id}", new { title = "Rain & hail's maps", summary = "Every Thunderstorm", tags = new[] { "wet" }, published = true }, "*").Answers(HttpStatusCode.NoContent);
        var shelf = await catalog.CatalogAsync(CatalogVisibility.Public, [], rain.Id, sun.Id);

        foreach (var viewer in new[] { catalog.Anonymous(), admin })
        {
            Assert.Equal([rain.Id, sun.Id], (await viewer.AskAsync($"products?catalog={shelf}").Reads()).Ids());
            Assert.Equal([rain.Id], (await viewer.AskAsync($"products?catalog={shelf}&tag=wet").Reads()).Ids());
            Assert.Equal([rain.Id], (await viewer.AskAsync($"products?catalog={shelf}&q=THUNDER%20hail").Reads()).Ids());
            Assert.Empty((await viewer.AskAsync($"products?catalog={shelf}&q=thunder%20sun").Reads()).Ids());
            Assert.Equal([rain.Id, sun.Id], (await viewer.AskAsync($"products?catalog={shelf}&q=%27%7C%21").Reads()).Ids());
        }
    }

    [Fact]
    public async Task A_page_that_a_reader_has_already_is_not_sent_again()
    {
        var shelf = await catalog.CatalogAsync(CatalogVisibility.Public, [], (await catalog.ProductAsync()).Id);
        var tag = (await catalog.Anonymous().AskAsync($"products?catalog={shelf}").Answers(HttpStatusCode.OK)).Headers.ETag!.ToString();
        await catalog.Anonymous().AskAsync($"products?catalog={shelf}", tag).Answers(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task What_everybody_sees_comes_from_memory_and_is_never_older_than_the_call_whichever_replica_made_the_change()
    {
        var product = await catalog.ProductAsync();
        var shelf = await catalog.CatalogAsync(CatalogVisibility.Public, [], product.Id);
        var admin = await catalog.AdminAsync();
        using var replica = catalog.Replica();
        HttpClient[] readers = [catalog.Anonymous(), replica.CreateClient()];
        string[] pages = [$"products?catalog={shelf}", $"products/{product.Id}"];

        for (var version = 1; version <= 20; version++)
        {
            var title = $"Title {version}";
            await admin.PutAsync($"products/{product.Id}", new { title, published = true }, "*").Answers(HttpStatusCode.NoContent);
            foreach (var (reader, page) in readers.SelectMany(reader => pages, (reader, page) => (reader, page)))
            {
                Assert.Contains($"\"{title}\"", await TextAsync(await reader.AskAsync(page).Answers(HttpStatusCode.OK)), StringComparison.Ordinal);
            }
        }

        foreach (var (reader, page) in readers.SelectMany(reader => pages, (reader, page) => (reader, page)))
        {
            // Others of this run may commit between two calls; in the end there is a pause.
            await Poll.UntilAsync(async () => (await reader.AskAsync(page).Answers(HttpStatusCode.OK)).Headers.Age is not null);
            var kept = await reader.AskAsync(page).Answers(HttpStatusCode.OK);
            await reader.AskAsync(page, kept.Headers.ETag!.ToString()).Answers(HttpStatusCode.NotModified);
        }
    }

    [Fact]
    public async Task What_one_viewer_sees_is_kept_for_nobody_else()
    {
        var team = await catalog.TeamAsync();
        var product = await catalog.ProductAsync();
        await catalog.CatalogAsync(CatalogVisibility.Private, [team], product.Id);
        var (member, stranger) = (await catalog.PersonAsync(UserRole.Member, team), catalog.Anonymous());

        for (var time = 0; time < 2; time++)
        {
            await stranger.AskAsync($"products/{product.Id}").Answers(HttpStatusCode.NotFound);
            Assert.Null((await member.AskAsync($"products/{product.Id}").Answers(HttpStatusCode.OK)).Headers.Age);
        }

        await catalog.CatalogAsync(CatalogVisibility.Public, [], product.Id);
        await stranger.AskAsync($"products/{product.Id}").Answers(HttpStatusCode.OK);
    }

    static Task<string> TextAsync(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync();

    [Theory]
    [InlineData("cursor=AAAA", "bad-cursor", "cursor")]
    [InlineData("cursor=%00", "bad-cursor", "cursor")]
    [InlineData("tag=%00", "bad-tag", "tag")]
    [InlineData("limit=many", "bad-request", "limit")]
    [InlineData("catalog=x", "bad-request", "catalog")]
    [InlineData("view=all", "unknown-view", "view")]
    public async Task What_a_list_cannot_be_asked_is_refused_naming_the_parameter(string query, string code, string field) =>
        await catalog.Anonymous().AskAsync($"products?{query}").Refuses(HttpStatusCode.BadRequest, code, field);

    static async Task<List<Guid>> WholeListAsync(HttpClient viewer, string list = "products")
    {
        var ids = new List<Guid>();
        for (var cursor = ""; ;)
        {
            var page = await viewer.AskAsync($"{list}?limit=2&cursor={cursor}").Reads();
            ids.AddRange(page.Ids());
            if (page.Text("next") is not { } next) return ids;
            cursor = next;
        }
    }
}
