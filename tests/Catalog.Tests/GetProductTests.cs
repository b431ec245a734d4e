using System.Net;
using DevPortal.Contracts.Catalog;
using DevPortal.Contracts.Identity;
using Xunit;

namespace DevPortal.Catalog.Tests;

public sealed class GetProductTests(RunningCatalog catalog)
{
    [Fact]
    public async Task A_product_shows_its_apis_and_the_plans_that_share_a_catalog_which_the_viewer_sees()
    {
        var team = await catalog.TeamAsync();
        var (product, bronze, gold) = (await catalog.ProductAsync(), await catalog.PlanAsync("Bronze"), await catalog.PlanAsync("Gold"));
        var everybody = await catalog.CatalogAsync(CatalogVisibility.Public, [], [product.Id], [bronze.Id]);
        await catalog.CatalogAsync(CatalogVisibility.Private, [team], [product.Id], [gold.Id]);
        await (await catalog.AdminAsync()).PutAsync($"plans/{bronze.Id}", new { title = "Bronze", description = "**Fair** use." }, "*").Answers(HttpStatusCode.NoContent);

        var seen = await catalog.Anonymous().AskAsync($"products/{product.Id}").Reads();
        Assert.Equal((product.Name, true), (seen.Text("title"), seen.GetProperty("requestable").GetBoolean()));
        var api = Assert.Single(seen.GetProperty("apis").EnumerateArray());
        Assert.Equal(("https://gateway.example/weather/", "authToken"), (api.Text("address"), api.GetProperty("authentication")[0].GetString()));
        var offered = Assert.Single(seen.GetProperty("plans").EnumerateArray());
        Assert.Equal(("Bronze", "**Fair** use."), (offered.Text("title"), offered.Text("description")));
        Assert.Equal(everybody, Assert.Single(seen.GetProperty("catalogs").EnumerateArray()).GetProperty("id").GetGuid());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, seen.GetProperty("admin").ValueKind);

        var member = await (await catalog.PersonAsync(UserRole.Member, team)).AskAsync($"products/{product.Id}").Reads();
        Assert.Equal(["Bronze", "Gold"], member.GetProperty("plans").EnumerateArray().Select(plan => plan.Text("title")));

        var admin = await (await catalog.AdminAsync()).AskAsync($"products/{product.Id}?view=admin").Reads();
        Assert.Equal((product.PolicyId, product.Source), (admin.GetProperty("admin").Text("policyId"), admin.GetProperty("admin").Text("source")));
    }

    [Fact]
    public async Task An_admin_reads_whether_it_is_published_also_while_Tyk_hides_it()
    {
        var (draft, published) = (await catalog.ProductAsync("Draft", published: false), await catalog.ProductAsync("Published"));
        var admin = await catalog.AdminAsync();
        foreach (var (product, expected) in new[] { (draft, false), (published, true) })
        {
            Assert.Equal((expected, expected), await SeenAsync(product));
            await catalog.HearAsync(product.Product(version: 2, hidden: "It vanished."));
            await Poll.UntilAsync(async () => (await DetailsAsync(product)).Text("hiddenBecause") is not null);
            Assert.Equal((expected, false), await SeenAsync(product));
        }

        async Task<(bool Published, bool Shown)> SeenAsync(TykThing product)
        {
            var details = await DetailsAsync(product);
            return (details.GetProperty("published").GetBoolean(), details.GetProperty("shown").GetBoolean());
        }

        async Task<System.Text.Json.JsonElement> DetailsAsync(TykThing product) => (await admin.AskAsync($"products/{product.Id}?view=admin").Reads()).GetProperty("admin");
    }

    [Fact]
    public async Task Without_a_plan_in_a_shared_catalog_it_can_be_seen_and_not_requested()
    {
        var product = await catalog.ProductAsync();
        await catalog.CatalogAsync(CatalogVisibility.Public, [], product.Id);
        var seen = await catalog.Anonymous().AskAsync($"products/{product.Id}").Reads();
        Assert.Equal((false, "No plan is offered with it."), (seen.GetProperty("requestable").GetBoolean(), seen.Text("notRequestableBecause")));
    }

    [Fact]
    public async Task An_admin_sees_what_is_offered_to_others_and_is_told_that_he_cannot_ask_for_it()
    {
        var team = await catalog.TeamAsync();
        var (product, bronze, gold) = (await catalog.ProductAsync(), await catalog.PlanAsync("Bronze"), await catalog.PlanAsync("Gold"));
        await catalog.CatalogAsync(CatalogVisibility.Private, [team], [product.Id], [gold.Id]);
        var admin = await catalog.AdminAsync();

        var seen = await admin.AskAsync($"products/{product.Id}").Reads();
        Assert.Equal((false, "It is not offered to your teams; an admin sees it all the same."), (seen.GetProperty("requestable").GetBoolean(), seen.Text("notRequestableBecause")));
        Assert.Equal("Gold", Assert.Single(seen.GetProperty("plans").EnumerateArray()).Text("title"));

        await catalog.CatalogAsync(CatalogVisibility.Public, [], [product.Id], [bronze.Id]);
        seen = await admin.AskAsync($"products/{product.Id}").Reads();
        Assert.True(seen.GetProperty("requestable").GetBoolean());
        Assert.Equal("Bronze", Assert.Single(seen.GetProperty("plans").EnumerateArray()).Text("title"));
    }

    [Fact]
    public async Task What_a_reader_has_already_is_not_sent_again_until_something_in_it_changes()
    {
        var (product, plan) = (await catalog.ProductAsync(), await catalog.PlanAsync());
        var shelf = await catalog.CatalogAsync(CatalogVisibility.Public, [], [product.Id], []);
        var tag = (await catalog.Anonymous().AskAsync($"products/{product.Id}").Answers(HttpStatusCode.OK)).Headers.ETag!.ToString();

        await catalog.Anonymous().AskAsync($"products/{product.Id}", tag).Answers(HttpStatusCode.NotModified);
        await (await catalog.AdminAsync()).PutAsync($"catalogs/{shelf}", new { name = "More", visibility = "public", productIds = new[] { product.Id }, planIds = new[] { plan.Id } }, "*")
            .Answers(HttpStatusCode.NoContent);
        await catalog.Anonymous().AskAsync($"products/{product.Id}", tag).Answers(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Who_may_not_see_it_or_asks_badly_is_told_no_more_than_that()
    {
        var product = await catalog.ProductAsync();
        await catalog.Anonymous().AskAsync($"products/{product.Id}").Refuses(HttpStatusCode.NotFound, "not-found");
        await catalog.Anonymous().AskAsync($"products/{Guid.NewGuid()}").Refuses(HttpStatusCode.NotFound, "not-found");
        await (await catalog.AdminAsync()).AskAsync("products/nonsense").Refuses(HttpStatusCode.NotFound, "not-found");
        await catalog.Anonymous().AskAsync($"products/{product.Id}?view=admin").Refuses(HttpStatusCode.Unauthorized, "not-signed-in");
        await (await catalog.PersonAsync(UserRole.Member)).AskAsync($"products/{product.Id}?view=admin").Refuses(HttpStatusCode.Forbidden, "admins-only");
        await catalog.Anonymous().AskAsync($"products/{product.Id}?view=all").Refuses(HttpStatusCode.BadRequest, "unknown-view", "view");
        await catalog.WithToken("nonsense").AskAsync($"products/{product.Id}").Refuses(HttpStatusCode.Unauthorized, "token-no-longer-good");
    }
}
