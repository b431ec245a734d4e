using DevPortal.Demo.Api;
using DevPortal.Demo.Filling;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace DevPortal.PortalTests;

/// <summary>What waits for an admin, and where he finds everything else.</summary>
[Collection(OnTheWebsite.Name)]
public sealed class DeskTests(Website website)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly string mark = Guid.NewGuid().ToString("N")[..8];

    Account Maren => website.Accounts.First(account => account.Email.StartsWith("maren", StringComparison.Ordinal));

    [Fact]
    public async Task What_waits_is_in_the_order_in_which_it_was_asked_for()
    {
        foreach (var app in new[] { "First", "Second", "Third" }) await AskAsync($"{app} {mark}");
        await using var admin = await website.VisitAsync();
        await admin.SignInAsync(website.Admin, "/admin");

        await Expect(admin.Page.Locator(".row", new() { HasText = mark })).ToContainTextAsync(["First", "Second", "Third"]);
    }

    [Fact]
    public async Task The_desk_of_who_may_not_decide_a_request_is_without_it()
    {
        await AskAsync($"Four eyes {mark}");
        await using var may = await website.VisitAsync();
        await may.SignInAsync(website.Admin, "/admin");
        await Expect(may.Page.Locator(".row", new() { HasText = mark })).ToHaveCountAsync(1);

        // She made the consumer's one-time link.
        await using var mayNot = await website.VisitAsync();
        await mayNot.SignInAsync(Maren, "/admin");
        await Expect(mayNot.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Desk");
        await Expect(mayNot.Page.Locator(".row", new() { HasText = mark })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task More_than_the_desk_holds_is_on_its_next_page()
    {
        var asked = await Task.WhenAll(Enumerable.Range(0, 52).Select(number => AskAsync($"App {number:00} of {mark}")));
        try
        {
            foreach (var scripts in new[] { true, false })
            {
                await using var admin = await website.VisitAsync(scripts);
                await admin.SignInAsync(website.Admin, "/admin");
                var last = admin.Page.Locator(".row", new() { HasText = asked.MaxBy(request => request.Id)!.AppName });
                for (var page = 0; page < 10 && await last.CountAsync() == 0; page++)
                {
                    // The address changes before what stands there does.
                    Task<string?> FirstAsync() => admin.Page.Locator("#desk .row-title a").First.GetAttributeAsync("href");
                    var first = await FirstAsync();
                    await admin.ClickAsync("Next page");
                    await Eventually.UntilAsync(FirstAsync, now => now != first, TimeSpan.FromSeconds(30), "the next page", Ct);
                }

                await Expect(last).ToBeVisibleAsync();
            }
        }
        finally
        {
            await Task.WhenAll(asked.Select(request => website.ConsumerApi.PostAsync<AccessRequest>($"/api/provisioning/requests/{request.Id}/withdraw", new { }, CancellationToken.None, "*")));
        }
    }

    [Fact]
    public async Task Each_filter_shows_the_requests_in_that_state()
    {
        var (waiting, rejected, withdrawn, active, revoked) =
            (await AskAsync($"Waiting {mark}"), await AskAsync($"Rejected {mark}"), await AskAsync($"Withdrawn {mark}"), await AskAsync($"Active {mark}"), await AskAsync($"Revoked {mark}"));
        await website.AdminApi.PostAsync<AccessRequest>($"/api/provisioning/requests/{rejected.Id}/reject", new { reason = "No." }, Ct, "*");
        await website.ConsumerApi.PostAsync<AccessRequest>($"/api/provisioning/requests/{withdrawn.Id}/withdraw", new { }, Ct, "*");
        foreach (var request in new[] { active, revoked })
        {
            await website.AdminApi.ApproveAsync(request.Id, "Yes.", Ct);
            await website.AdminApi.UntilProvisionedAsync(request.Id, TimeSpan.FromMinutes(1), Ct);
        }

        await website.AdminApi.RevokeAsync(revoked.Id, "Over.", Ct);
        await using var admin = await website.VisitAsync(scripts: false);
        await admin.SignInAsync(website.Admin, "/admin/requests");
        foreach (var (tab, expected) in new[] { ("Rejected", rejected), ("Withdrawn", withdrawn), ("Active", active), ("Revoked", revoked), ("Waiting", waiting) })
        {
            await admin.Page.GetByRole(AriaRole.Navigation, new() { Name = "Filter" }).GetByRole(AriaRole.Link, new() { Name = tab, Exact = true }).ClickAsync();
            await Expect(admin.Page.GetByRole(AriaRole.Navigation, new() { Name = "Filter" }).Locator("[aria-current=page]")).ToHaveTextAsync(tab);
            // What waits is shown oldest first, and other tests may have left more than a page of it.
            var (found, next) = (admin.Page.Locator(".row", new() { HasText = mark }), admin.Page.GetByRole(AriaRole.Link, new() { Name = "Next page" }));
            while (await found.CountAsync() == 0 && await next.CountAsync() > 0) await next.ClickAsync();
            await Expect(found).ToHaveCountAsync(1);
            await Expect(found).ToContainTextAsync(expected.AppName);
        }

        await admin.Page.GetByRole(AriaRole.Navigation, new() { Name = "Filter" }).GetByRole(AriaRole.Link, new() { Name = "All" }).ClickAsync();
        await Expect(admin.Page.Locator(".row", new() { HasText = mark })).ToHaveCountAsync(5);
    }

    [Fact]
    public async Task A_key_that_was_not_made_is_on_the_desk_and_tried_again()
    {
        await using var own = new OwnProducts(website, Ct);
        // Its keys are of no use a second after the approval, which the gateway does not hear of in time.
        var (product, plan) = ((await own.AddAsync($"Odd {mark}"))[0], await own.AddPlanAsync($"A second {mark}", lifetime: 1));
        await website.AdminApi.PutAsync($"/api/catalog/products/{product.Id}", new { title = product.Title, published = true }, "*", Ct);
        await website.AdminApi.PostAsync<Catalog>("/api/catalog/catalogs", new { name = $"Odd {mark}", visibility = "public", productIds = new[] { product.Id }, planIds = new[] { plan.Id } }, Ct);
        var app = await website.ConsumerApi.CreateAppAsync($"Refused {mark}", Ct);
        var request = await website.ConsumerApi.RequestAccessAsync(app.Id, product.Id, plan.Id, "To be refused.", Ct);
        await website.Tyk.SwitchOnAsync("refuse", Ct);
        try
        {
            await website.AdminApi.ApproveAsync(request.Id, "Yes.", Ct);
            await Eventually.UntilAsync(async () => (await website.AdminApi.FindRequestAsync(request.Id, Ct)).Value.State, state => state == "provisioningFailed", TimeSpan.FromMinutes(1), "no key is made", Ct);
        }
        finally
        {
            await website.Tyk.SwitchOffAsync(CancellationToken.None);
        }

        await using var admin = await website.VisitAsync(scripts: false);
        await admin.SignInAsync(website.Admin, "/admin");
        await admin.Page.Locator("section", new() { HasText = "Refused by the gateway" }).Locator(".row", new() { HasText = mark }).GetByRole(AriaRole.Link).ClickAsync();
        await admin.SeesAsync("Set-up failed");
        await using (var looking = await website.VisitAsync())
        {
            await looking.SignInAsync(website.Admin, $"/admin/requests/{request.Id}");
            await PagesTests.LooksWellAsync(looking, "state-request-failed");
        }

        await using (var asking = await website.VisitAsync())
        {
            await asking.SignInAsync(website.Consumer);
            await asking.SeesWellAsync($"/requests/{request.Id}", "Key not made", "state-own-request-failed");
        }

        await admin.ClickAsync("Try again");
        await Expect(admin.Page.Locator(".timeline .what", new() { HasText = "Tried again" })).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Who_revokes_the_key_of_another_is_led_back_to_where_he_came_from()
    {
        var request = await AskAsync($"To be revoked {mark}");
        await website.AdminApi.ApproveAsync(request.Id, "Yes.", Ct);
        var key = (await website.AdminApi.UntilProvisionedAsync(request.Id, TimeSpan.FromMinutes(1), Ct)).Credential!.Id;
        await using var admin = await website.VisitAsync();
        await admin.SignInAsync(website.Admin, $"/credentials/{key}/revoke");
        await Expect(admin.Page.GetByRole(AriaRole.Navigation, new() { Name = "You are here" }).GetByRole(AriaRole.Link)).ToHaveTextAsync(["Apps and credentials", $"To be revoked {mark}"]);
        await using var owner = await website.VisitAsync();
        await owner.SignInAsync(website.Consumer, $"/credentials/{key}/revoke");
        await Expect(owner.Page.GetByRole(AriaRole.Navigation, new() { Name = "You are here" }).GetByRole(AriaRole.Link)).ToHaveTextAsync(["Your apps", $"To be revoked {mark}"]);
    }

    /// <summary>The consumer asks for something everybody may ask for.</summary>
    async Task<AskedFor> AskAsync(string appName)
    {
        var product = (await website.ConsumerApi.ListAsync<Product>("/api/catalog/products", Ct)).First(product => product.Title == "Weather forecasts");
        var plan = (await website.ConsumerApi.GetAsync<ProductPage>($"/api/catalog/products/{product.Id}", Ct)).Plans.First(plan => plan.Available);
        var app = await website.ConsumerApi.CreateAppAsync(appName, Ct);
        return new((await website.ConsumerApi.RequestAccessAsync(app.Id, product.Id, plan.Id, $"For {appName}.", Ct)).Id, appName);
    }

    sealed record AskedFor(Guid Id, string AppName);
}
