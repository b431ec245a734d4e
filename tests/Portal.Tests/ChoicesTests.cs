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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_found_and_ticked_or_unticked_in_a_catalog_changes_nothing_else(bool scripts)
    {
        var products = await Api.ListAsync<Product>("/api/catalog/products?view=admin", Ct);
        var (found, other) = (products.Single(product => product.Title == "Weather forecasts"), products.First(product => !product.Title.Contains("Weather", StringComparison.Ordinal)));
        var catalog = await Api.PostAsync<Catalog>("/api/catalog/catalogs", new { name = $"Choices {Guid.NewGuid():N}", visibility = "private" }, Ct);
        await Api.PutAsync($"/api/catalog/catalogs/{catalog.Id}", new { name = catalog.Name, visibility = "private", slug = catalog.Slug, productIds = new[] { other.Id }, planIds = Array.Empty<Guid>() }, "*", Ct);
        await using var visit = await website.VisitAsync(scripts);
        await visit.SignInAsync(website.Admin, "/admin/catalogs");

        await ArrangeAsync(visit, catalog.Id, found.Title, wanted: true);
        Assert.Equal(new HashSet<Guid> { other.Id, found.Id }, await ProductsAsync(catalog.Id));

        await ArrangeAsync(visit, catalog.Id, found.Title, wanted: false);
        Assert.Equal(new HashSet<Guid> { other.Id }, await ProductsAsync(catalog.Id));
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

    static async Task ArrangeAsync(Visit visit, Guid catalog, string title, bool wanted)
    {
        await visit.GoAsync($"/admin/catalogs/{catalog}?q=weather");
        await visit.Page.GetByRole(AriaRole.Checkbox, new() { Name = title, Exact = true }).SetCheckedAsync(wanted);
        await visit.ClickAsync("Save");
        await visit.Page.WaitForURLAsync($"**/admin/catalogs/{catalog}");
    }

    async Task<HashSet<Guid>> ProductsAsync(Guid catalog) => [.. (await Api.GetAsync<Catalog>($"/api/catalog/catalogs/{catalog}", Ct)).Admin!.ProductIds];
}
