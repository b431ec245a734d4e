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

            foreach (var one in new[] { everybody, onlyA, nobody })
            {
                await viewer.AskAsync($"catalogs/{one}").Answers(catalogs.Contains(one) ? HttpStatusCode.OK : HttpStatusCode.NotFound);
                if (!catalogs.Contains(one)) Assert.Empty((await viewer.AskAsync($"products?catalog={one}").Reads()).Ids());
            }
        }
    }

    static async Task<List<Guid>> WholeListAsync(HttpClient viewer)
    {
        var ids = new List<Guid>();
        for (var cursor = ""; ;)
        {
            var page = await viewer.AskAsync($"products?limit=2&cursor={cursor}").Reads();
            ids.AddRange(page.Ids());
            if (page.Text("next") is not { } next) return ids;
            cursor = next;
        }
    }
}
