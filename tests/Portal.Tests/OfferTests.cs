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

    [Fact]
    public async Task Who_saves_the_texts_of_a_draft_or_of_a_product_that_Tyk_hides_publishes_nothing()
    {
        await using var own = new OwnProducts(website, Ct);
        var products = await own.AddAsync($"Draft {mark}", $"Shown {mark}");
        var (draft, shown) = (products[0], products[1]);
        await DescribeAsync(shown, published: true);
        await own.RemoveAsync(draft, shown);
        await own.UntilHiddenAsync(draft);
        await own.UntilHiddenAsync(shown);
        await using var admin = await website.VisitAsync(scripts: false);
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

    [Fact]
    public async Task Who_saves_second_sees_what_the_other_wrote_beside_what_he_typed()
    {
        await using var own = new OwnProducts(website, Ct);
        var (product, plan) = ((await own.AddAsync($"Written twice {mark}"))[0], await own.AddPlanAsync($"Priced twice {mark}"));
        var catalog = await website.AdminApi.PostAsync<Catalog>("/api/catalog/catalogs", new { name = $"Shelf {mark}", visibility = "private" }, Ct);
        await using var admin = await website.VisitAsync(scripts: false);
        await admin.SignInAsync(website.Admin, "/admin/products");

        await LosesAsync($"/admin/products/{product.Id}", "Summary", () => website.AdminApi.PutAsync($"/api/catalog/products/{product.Id}", new { title = product.Title, summary = $"Theirs {mark}", published = true }, "*", Ct));
        await LosesAsync($"/admin/plans/{plan.Id}", "Price", () => website.AdminApi.PutAsync($"/api/catalog/plans/{plan.Id}", new { title = plan.Title, price = $"Theirs {mark}" }, "*", Ct));
        await LosesAsync($"/admin/catalogs/{catalog.Id}", "Name", () => website.AdminApi.PutAsync($"/api/catalog/catalogs/{catalog.Id}", new { name = $"Theirs {mark}", visibility = "private" }, "*", Ct));

        async Task LosesAsync(string page, string field, Func<Task> theirs)
        {
            await admin.GoAsync(page);
            var typed = admin.Page.Locator($"[name={field}]");
            await typed.FillAsync($"Mine {mark}");
            await theirs();
            await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
            await Expect(admin.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Somebody changed this");
            await Expect(typed).ToHaveValueAsync($"Mine {mark}");
            await Expect(typed).ToHaveAccessibleDescriptionAsync(new System.Text.RegularExpressions.Regex($"Theirs {mark}"));
            await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
            await admin.SeesAsync("Saved.");
        }
    }

    [Fact]
    public async Task What_another_put_into_a_catalog_meanwhile_stays_in_it()
    {
        var products = await website.AdminApi.ListAsync<Product>("/api/catalog/products?view=admin", Ct);
        var (mine, theirs) = (products.First(product => product.Title == "Weather forecasts"), products.First(product => product.Title == "Weather warnings"));
        var catalog = await website.AdminApi.PostAsync<Catalog>("/api/catalog/catalogs", new { name = $"Shelf {mark}", visibility = "private" }, Ct);
        await using var admin = await website.VisitAsync();
        await admin.SignInAsync(website.Admin, "/admin/catalogs");
        await admin.GoAsync($"/admin/catalogs/{catalog.Id}?q=weather");
        await Tick(admin, mine.Title).CheckAsync();
        await website.AdminApi.PutAsync($"/api/catalog/catalogs/{catalog.Id}", new { name = catalog.Name, visibility = "private", productIds = new[] { theirs.Id } }, "*", Ct);
        await admin.ClickAsync("Save");
        await Expect(admin.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Somebody changed this");
        await Expect(Tick(admin, mine.Title)).ToBeCheckedAsync();
        await Expect(Tick(admin, theirs.Title)).ToBeCheckedAsync();
        await admin.ClickAsync("Save");
        await admin.SeesAsync("Saved.");

        Assert.Equal(new HashSet<Guid> { mine.Id, theirs.Id }, [.. (await website.AdminApi.GetAsync<Catalog>($"/api/catalog/catalogs/{catalog.Id}", Ct)).Admin!.ProductIds]);
    }

    [Fact]
    public async Task Who_finds_products_for_a_catalog_keeps_what_he_typed_and_ticked()
    {
        var products = await website.AdminApi.ListAsync<Product>("/api/catalog/products?view=admin", Ct);
        var (ticked, kept, gone) = (products.First(product => product.Title == "Weather forecasts"), products.First(product => product.Title == "Weather warnings"), products.First(product => product.Title.Contains("Maps", StringComparison.Ordinal)));
        var catalog = await website.AdminApi.PostAsync<Catalog>("/api/catalog/catalogs", new { name = $"Shelf {mark}", visibility = "private", productIds = new[] { kept.Id, gone.Id } }, Ct);
        await using var admin = await website.VisitAsync(scripts: false);
        await admin.SignInAsync(website.Admin, "/admin/catalogs");
        await admin.GoAsync($"/admin/catalogs/{catalog.Id}?q=weather");
        await admin.Page.GetByLabel("Name", new() { Exact = true }).FillAsync($"Renamed {mark}");
        await Tick(admin, ticked.Title).CheckAsync();
        await FindAsync(admin, "Find products and plans by name", "maps");
        await Expect(Tick(admin, ticked.Title)).ToHaveCountAsync(0);
        await Tick(admin, gone.Title).UncheckAsync();
        await FindAsync(admin, "Find products and plans by name", "payments");
        await Expect(Tick(admin, gone.Title)).ToHaveCountAsync(0);
        await Expect(admin.Page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync($"Renamed {mark}");
        await admin.ClickAsync("Save");
        await admin.SeesAsync("Saved.");

        var saved = await website.AdminApi.GetAsync<Catalog>($"/api/catalog/catalogs/{catalog.Id}", Ct);
        Assert.Equal($"Renamed {mark}", saved.Name);
        Assert.Equal(new HashSet<Guid> { ticked.Id, kept.Id }, [.. saved.Admin!.ProductIds]);
    }

    [Fact]
    public async Task Who_finds_teams_for_a_catalog_keeps_what_he_typed_about_it_and_the_other_search()
    {
        var catalog = await website.AdminApi.PostAsync<Catalog>("/api/catalog/catalogs", new { name = $"Shelf {mark}", visibility = "private" }, Ct);
        await using var admin = await website.VisitAsync();
        await admin.SignInAsync(website.Admin, "/admin/catalogs");
        await admin.GoAsync($"/admin/catalogs/{catalog.Id}?q=weather");
        await admin.Page.GetByLabel("Name", new() { Exact = true }).FillAsync($"Renamed {mark}");
        await Tick(admin, "Weather forecasts").CheckAsync();
        await FindAsync(admin, "Find teams by name", "route planning");
        await Tick(admin, "Route planning").CheckAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Find products and plans by name" })).ToHaveValueAsync("weather");
        await admin.ClickAsync("Save");
        await admin.SeesAsync("Saved.");

        var saved = await website.AdminApi.GetAsync<Catalog>($"/api/catalog/catalogs/{catalog.Id}", Ct);
        Assert.Equal(($"Renamed {mark}", 1), (saved.Name, saved.Admin!.ProductIds.Length));
        await Expect(Tick(admin, "Route planning")).ToBeCheckedAsync();
    }

    [Fact]
    public async Task A_private_catalog_is_seen_by_the_teams_of_its_audience_and_by_nobody_else()
    {
        await using var own = new OwnProducts(website, Ct);
        var product = (await own.AddAsync($"For few {mark}"))[0];
        await DescribeAsync(product, published: true);
        await using var admin = await website.VisitAsync(scripts: false);
        await admin.SignInAsync(website.Admin, "/admin/catalogs");
        await admin.Page.GetByLabel("New catalog").FillAsync($"Few {mark}");
        await admin.ClickAsync("Make the catalog");
        await admin.SeesAsync("Made.");
        await Tick(admin, product.Title).CheckAsync();
        await admin.ClickAsync("Save");
        await admin.SeesAsync("Saved.");
        Assert.False(await IsSeenByAsync("ines"));

        // What was typed above goes along.
        await admin.Page.GetByLabel("Name", new() { Exact = true }).FillAsync($"For few {mark}");
        await Tick(admin, "Route planning").CheckAsync();
        await admin.ClickAsync("Save");
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"For few {mark}");
        await Expect(Tick(admin, "Route planning")).ToBeCheckedAsync();

        await Eventually.UntilAsync(() => IsSeenByAsync("ines"), seen => seen, TimeSpan.FromMinutes(1), "the team sees the product", Ct);
        Assert.False(await IsSeenByAsync("jonas"));
        Assert.False(await IsSeenByAsync("priya"));
        await using var consumer = await website.VisitAsync(scripts: false);
        await consumer.GoAsync($"/catalog/{product.Id}");
        await Expect(consumer.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Nothing here");
        await consumer.SignInAsync(website.Consumer, $"/catalog/{product.Id}");
        await Expect(consumer.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(product.Title);

        async Task<bool> IsSeenByAsync(string who) =>
            (await website.Cast.Consumers.Single(actor => actor.Me.Email.StartsWith(who, StringComparison.Ordinal)).Portal.ListAsync<Product>("/api/catalog/products", Ct)).Any(seen => seen.Id == product.Id);
    }

    [Fact]
    public async Task A_preview_shows_the_texts_as_they_will_be_and_saves_nothing()
    {
        await using var own = new OwnProducts(website, Ct);
        var (product, plan) = ((await own.AddAsync($"Previewed {mark}"))[0], await own.AddPlanAsync($"For few calls {mark}"));
        await using var admin = await website.VisitAsync(scripts: false);
        await admin.SignInAsync(website.Admin, $"/admin/products/{product.Id}");
        await admin.Page.GetByLabel("Title").FillAsync($"Typed {mark}");
        await admin.Page.GetByLabel("Description").FillAsync("## Tides\n\n**High** water");
        await admin.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Published" }).CheckAsync();
        await admin.ClickAsync("Preview");

        var preview = admin.Page.GetByRole(AriaRole.Complementary);
        await Expect(preview.GetByRole(AriaRole.Heading, new() { Name = "Tides" })).ToBeVisibleAsync();
        await Expect(preview.Locator("strong")).ToHaveTextAsync("High");
        await Expect(admin.Page.GetByLabel("Title")).ToHaveValueAsync($"Typed {mark}");
        await Expect(admin.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Published" })).ToBeCheckedAsync();
        Assert.Equal((product.Title, false), (await SeenAsync()) is var before ? (before.Title, before.Admin!.Shown) : default);

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await admin.SeesAsync("Saved.");
        Assert.Equal(($"Typed {mark}", true), (await SeenAsync()) is var after ? (after.Title, after.Admin!.Shown) : default);

        // A plan's, too, which consumers read where they compare plans and where they choose one.
        await admin.GoAsync($"/admin/plans/{plan.Id}");
        await admin.Page.GetByLabel("Price").FillAsync("Free");
        await admin.Page.GetByLabel("Description").FillAsync("## Fair use\n\nFor **trying out**.");
        await admin.ClickAsync("Preview");
        await Expect(preview.Locator(".price")).ToHaveTextAsync("Free");
        await Expect(preview.Locator("strong")).ToHaveTextAsync("trying out");
        await using (var looking = await website.VisitAsync())
        {
            await looking.SignInAsync(website.Admin, $"/admin/plans/{plan.Id}");
            await looking.Page.GetByLabel("Description").FillAsync("## Fair use\n\nFor **trying out**.");
            await looking.ClickAsync("Preview");
            await Expect(looking.Page.GetByRole(AriaRole.Complementary).Locator("strong")).ToHaveTextAsync("trying out");
            await PagesTests.LooksWellAsync(looking, "state-preview-plan");
        }

        Assert.Null((await website.AdminApi.GetAsync<Plan>($"/api/catalog/plans/{plan.Id}?view=admin", Ct)).Price);
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await admin.SeesAsync("Saved.");
        await website.AdminApi.PostAsync<Catalog>("/api/catalog/catalogs", new { name = $"Tried {mark}", visibility = "public", productIds = new[] { product.Id }, planIds = new[] { plan.Id } }, Ct);
        await using var consumer = await website.VisitAsync();
        await consumer.SignInAsync(website.Consumer, $"/catalog/{product.Id}");
        await Expect(consumer.Page.Locator(".plan .prose strong")).ToHaveTextAsync("trying out");
        await PagesTests.LooksWellAsync(consumer, "state-plan-described");
        await consumer.GoAsync($"/catalog/{product.Id}/request");
        await Expect(consumer.Page.GetByRole(AriaRole.Radio, new() { Name = plan.Title })).ToHaveAccessibleNameAsync(new System.Text.RegularExpressions.Regex("Fair use\\s+For trying out\\."));
        await PagesTests.LooksWellAsync(consumer, "state-plan-chosen");

        async Task<Product> SeenAsync() => await website.AdminApi.GetAsync<Product>($"/api/catalog/products/{product.Id}?view=admin", Ct);
    }

    static ILocator Tick(Visit admin, string name) => admin.Page.GetByRole(AriaRole.Checkbox, new() { Name = name, Exact = true });

    static async Task FindAsync(Visit admin, string label, string words)
    {
        await admin.Page.GetByRole(AriaRole.Searchbox, new() { Name = label }).FillAsync(words);
        await admin.Page.GetByRole(AriaRole.Searchbox, new() { Name = label }).PressAsync("Enter");
    }

    Task DescribeAsync(Product product, bool published) =>
        website.AdminApi.PutAsync($"/api/catalog/products/{product.Id}", new { title = product.Title, published }, "*", Ct);

    async Task<bool> IsShownAsync(Product product) => (await website.AdminApi.ListAsync<Product>("/api/catalog/products?view=admin", Ct)).Single(seen => seen.Id == product.Id).Admin!.Shown;
}
