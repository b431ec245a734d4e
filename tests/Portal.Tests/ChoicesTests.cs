using DevPortal.Demo.Api;
using Microsoft.Playwright;
using Xunit;

namespace DevPortal.PortalTests;

/// <summary>Where there are more things to tick than a page holds, they are found by name, and what is not shown stays as it is.</summary>
[Collection(OnTheWebsite.Name)]
public sealed class ChoicesTests(Website website)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    PortalClient Api => website.Cast.Admins.Single(actor => actor.Me.Email == website.Admin.Email).Portal;

    [Fact]
    public async Task What_is_found_and_ticked_or_unticked_in_a_catalog_changes_nothing_else()
    {
        var products = await Api.ListAsync<Product>("/api/catalog/products?view=admin", Ct);
        var (found, other) = (products.Single(product => product.Title == "Weather forecasts"), products.First(product => !product.Title.Contains("Weather", StringComparison.Ordinal)));
        var catalog = await Api.PostAsync<Catalog>("/api/catalog/catalogs", new { name = $"Choices {Guid.NewGuid():N}", visibility = "private" }, Ct);
        await Api.PutAsync($"/api/catalog/catalogs/{catalog.Id}", new { name = catalog.Name, visibility = "private", slug = catalog.Slug, productIds = new[] { other.Id }, planIds = Array.Empty<Guid>() }, "*", Ct);
        await using var visit = await website.VisitAsync(scripts: false);
        await visit.SignInAsync(website.Admin, "/admin/catalogs");

        await ArrangeAsync(visit, catalog.Id, found.Title, wanted: true);
        Assert.Equal(new HashSet<Guid> { other.Id, found.Id }, await ProductsAsync(catalog.Id));

        await ArrangeAsync(visit, catalog.Id, found.Title, wanted: false);
        Assert.Equal(new HashSet<Guid> { other.Id }, await ProductsAsync(catalog.Id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Enter_in_a_search_only_looks_however_often_and_in_another_field_saves_where_scripts_can_tell(bool scripts)
    {
        var catalog = await Api.PostAsync<Catalog>("/api/catalog/catalogs", new { name = $"Enter {Guid.NewGuid():N}", visibility = "private" }, Ct);
        await using var visit = await website.VisitAsync(scripts);
        await visit.SignInAsync(website.Admin, "/admin/catalogs");
        await visit.GoAsync($"/admin/catalogs/{catalog.Id}?q=weather");
        var (name, search) = (visit.Page.GetByLabel("Name", new() { Exact = true }), visit.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Find products and plans by name" }));
        await name.FillAsync($"Renamed {catalog.Id}");
        await EnterAsync(visit, search, "maps");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Weather forecasts", Exact = true })).ToHaveCountAsync(0);
        await EnterAsync(visit, search, "maps");
        await Assertions.Expect(name).ToHaveValueAsync($"Renamed {catalog.Id}");
        Assert.Equal(catalog.Name, await NameAsync());
        if (scripts)
        {
            await name.PressAsync("Enter");
        }
        else
        {
            // Nobody can tell in which field it was pressed, so nothing is saved by it, and nothing is lost.
            await EnterAsync(visit, name, $"Renamed {catalog.Id}");
            await Assertions.Expect(name).ToHaveValueAsync($"Renamed {catalog.Id}");
            Assert.Equal(catalog.Name, await NameAsync());
            await visit.ClickAsync("Save");
        }

        await visit.SeesAsync("Saved.");
        Assert.Equal($"Renamed {catalog.Id}", await NameAsync());

        // What the form needs before it is sent is not needed to look.
        await visit.GoAsync("/admin/people/new?q=payments");
        await EnterAsync(visit, visit.Page.GetByRole(AriaRole.Searchbox), "route planning");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Route planning", Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);

        async Task<string> NameAsync() => (await Api.GetAsync<Catalog>($"/api/catalog/catalogs/{catalog.Id}", Ct)).Name;
    }

    [Fact]
    public async Task People_are_found_by_name()
    {
        await using var visit = await website.VisitAsync();
        await visit.SignInAsync(website.Admin, "/admin/people");
        await visit.Page.GetByRole(AriaRole.Searchbox).FillAsync("priya");
        await visit.ClickAsync("Search");
        await visit.Page.WaitForURLAsync("**q=priya*");
        await Assertions.Expect(visit.Page.Locator("main .row-title")).ToHaveTextAsync(["Priya Nair"]);
        await visit.GoAsync("/admin/people?q=nobodyatall");
        await visit.SeesAsync("Nobody fits");
    }

    /// <summary>What comes back has no such mark.</summary>
    static async Task EnterAsync(Visit visit, ILocator field, string words)
    {
        await field.FillAsync(words);
        await visit.Page.EvaluateAsync("document.body.dataset.before = ''");
        await field.PressAsync("Enter");
        await Assertions.Expect(visit.Page.Locator("[data-before]")).ToHaveCountAsync(0);
    }

    static async Task ArrangeAsync(Visit visit, Guid catalog, string title, bool wanted)
    {
        await visit.GoAsync($"/admin/catalogs/{catalog}?q=weather");
        await visit.Page.GetByRole(AriaRole.Checkbox, new() { Name = title, Exact = true }).SetCheckedAsync(wanted);
        await visit.ClickAsync("Save");
        await visit.Page.WaitForURLAsync($"**/admin/catalogs/{catalog}");
    }

    async Task<HashSet<Guid>> ProductsAsync(Guid catalog) => [.. (await Api.GetAsync<Catalog>($"/api/catalog/catalogs/{catalog}", Ct)).Admin!.ProductIds];
}
