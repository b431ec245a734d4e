using System.Text.Json;
using System.Text.Json.Nodes;
using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;
using DevPortal.LocalRun;
using DevPortal.SystemTests;
using DevPortal.Testing;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace DevPortal.PortalTests;

[Collection(OnTheWebsite.Name)]
public sealed class CatalogTests(Website website)
{
    /// <summary>Two more than a page of the catalog holds.</summary>
    const int Many = 26;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly string mark = Guid.NewGuid().ToString("N")[..6];

    [Fact]
    public async Task A_catalog_of_many_products_is_read_page_by_page_and_keeps_what_was_searched_for()
    {
        var reader = await FillAsync();
        foreach (var scripts in new[] { true, false }) await ReadAsync(reader, scripts);
    }

    async Task ReadAsync(Demo.Filling.Account reader, bool scripts)
    {
        await using var visit = await website.VisitAsync(scripts);
        await visit.SignInAsync(reader, "/catalog");
        await visit.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Search the catalog" }).FillAsync(mark);
        await visit.ClickAsync("Search");
        var titles = visit.Page.Locator("main .product h2");
        await Expect(titles).ToHaveCountAsync(24);
        var first = await titles.AllInnerTextsAsync();

        await visit.ClickAsync("Next page");

        await Expect(titles).ToHaveCountAsync(Many - 24);
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Next page" })).ToHaveCountAsync(0);
        await Expect(visit.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Search the catalog" })).ToHaveValueAsync(mark);
        Assert.Equal(Enumerable.Range(10, Many).Select(number => $"Tide {mark} {number}"), first.Concat(await titles.AllInnerTextsAsync()).Order(StringComparer.Ordinal));
        await visit.Page.GoBackAsync();
        await Expect(titles).ToHaveTextAsync(first);
    }

    /// <summary>Somebody of a team of its own, for whose catalog Tyk got many policies.</summary>
    async Task<Demo.Filling.Account> FillAsync()
    {
        var admin = website.Cast.Admins.First().Portal;
        var run = RunState.Of(website.State)!;
        using (var tyk = new TykAdmin(new Uri(run.StandInAddress!), new Uri(run.StandInAdminAddress!), website.SettingsOf("tyk-stand-in")["TykStandIn__Secret"]))
        {
            var policy = JsonNode.Parse(await File.ReadAllTextAsync(Repository.Path("samples", "tyk", "policy-weather-warnings.json"), Ct))!;
            for (var number = 10; number < 10 + Many; number++)
            {
                (policy["_id"], policy["id"], policy["name"]) = (null, $"tide-{mark}-{number}", $"Tide {mark} {number}");
                await tyk.AddPolicyAsync(policy.ToJsonString(), Ct);
            }
        }

        await admin.PostAsync<JsonElement>("/api/sync/runs", new { source = "tyk" }, Ct);
        var products = await Eventually.UntilAsync(
            async () => (await admin.ListAsync<Product>($"/api/catalog/products?view=admin&q={mark}", Ct)).ToArray(), found => found.Length == Many, TimeSpan.FromMinutes(1), "the products are there", Ct);
        await Task.WhenAll(products.Select(product => admin.PutAsync($"/api/catalog/products/{product.Id}", new { product.Title, tags = Array.Empty<string>(), published = true }, "*", Ct)));

        var organisation = await admin.PostAsync<Named>("/api/identity/organizations", new { name = $"Tides {mark}" }, Ct);
        var team = await admin.PostAsync<Team>("/api/identity/teams", new { name = $"Readers {mark}", organizationId = organisation.Id }, Ct);
        var catalog = await admin.PostAsync<Catalog>("/api/catalog/catalogs", new { name = $"Tides {mark}", visibility = "private", productIds = products.Select(product => product.Id), planIds = Array.Empty<Guid>() }, Ct);
        await admin.PutAsync($"/api/catalog/catalogs/{catalog.Id}/audience", new { teamIds = new[] { team.Id } }, "*", Ct);
        using var http = PortalClient.Connect(website.Address);
        var reader = await Newcomer.InviteAsync(http, admin, "member", organisation.Id, team.Id, Ct);
        await Eventually.UntilAsync(
            () => reader.Actor.Portal.ListAsync<Product>($"/api/catalog/products?q={mark}", Ct), seen => seen.Count == Many, TimeSpan.FromMinutes(1), "the team sees them", Ct);
        return new Demo.Filling.Account("New Comer", reader.Email, reader.Password, "consumer", organisation.Name, [team.Name]);
    }
}
