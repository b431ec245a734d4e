using DevPortal.Demo.Api;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace DevPortal.PortalTests;

/// <summary>An admin writes what the portal says of products, plans and catalogs, and decides who sees them.</summary>
[Collection(OnTheWebsite.Name)]
public sealed class OfferTests(Website website)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly string mark = Guid.NewGuid().ToString("N")[..8];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_saves_the_texts_of_a_draft_or_of_a_product_that_Tyk_hides_publishes_nothing(bool scripts)
    {
        await using var own = new OwnProducts(website, Ct);
        var products = await own.AddAsync($"Draft {mark}", $"Shown {mark}");
        var (draft, shown) = (products[0], products[1]);
        await DescribeAsync(shown, published: true);
        await own.RemoveAsync(draft, shown);
        await own.UntilHiddenAsync(draft);
        await own.UntilHiddenAsync(shown);
        await using var admin = await website.VisitAsync(scripts);
        await admin.SignInAsync(website.Admin, $"/admin/products/{draft.Id}");

        foreach (var (product, published) in new[] { (draft, false), (shown, true) })
        {
            await admin.GoAsync($"/admin/products/{product.Id}");
            await admin.SeesAsync("Hidden by Tyk:");
            await Expect(admin.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Published" })).ToBeCheckedAsync(new() { Checked = published });
            await admin.Page.GetByLabel("Summary").FillAsync("Written while it was hidden.");
            await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
            await admin.SeesAsync("Saved.");
            await Expect(admin.Page.GetByLabel("Summary")).ToHaveValueAsync("Written while it was hidden.");
            await Expect(admin.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Published" })).ToBeCheckedAsync(new() { Checked = published });
        }

        // As soon as it is back at Tyk, everybody sees the one and nobody the other.
        await own.AddAsync(draft.Title, shown.Title);
        Assert.Equal((false, true), (await IsShownAsync(draft), await IsShownAsync(shown)));
    }

    Task DescribeAsync(Product product, bool published) =>
        website.AdminApi.PutAsync($"/api/catalog/products/{product.Id}", new { title = product.Title, published }, "*", Ct);

    async Task<bool> IsShownAsync(Product product) => (await website.AdminApi.ListAsync<Product>("/api/catalog/products?view=admin", Ct)).Single(seen => seen.Id == product.Id).Admin!.Shown;
}
