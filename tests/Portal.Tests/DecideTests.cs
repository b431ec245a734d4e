using System.Text.RegularExpressions;
using DevPortal.Demo.Api;
using Microsoft.Playwright;
using Xunit;

namespace DevPortal.PortalTests;

[Collection(OnTheWebsite.Name)]
public sealed partial class DecideTests(Website website)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_somebody_asks_for_is_on_the_desk_and_after_the_approval_both_see_it_become_active_by_itself()
    {
        await using var consumer = await website.VisitAsync();
        var app = await consumer.AskAsync(website.Consumer, "Weather warnings", "Warnings for the ferries.");
        await consumer.SeesAsync("Waiting for approval");

        await using var admin = await website.VisitAsync();
        await admin.SignInAsync(website.Admin, "/admin");
        await admin.Page.Locator(".row", new() { HasText = app }).GetByRole(AriaRole.Link).ClickAsync();
        await admin.SeesAsync("Brightwater Logistics");
        await admin.SeesAsync("Warnings for the ferries.");
        // Who asks, what for, what the app holds.
        var aside = admin.Page.Locator("aside");
        await Assertions.Expect(aside).ToContainTextAsync(website.Consumer.Email);
        await Assertions.Expect(aside).ToContainTextAsync("Route planning");
        await Assertions.Expect(aside).ToContainTextAsync("requests per");
        await Assertions.Expect(aside.Locator("dd .mono").First).ToHaveTextAsync(ListenPath());
        await Assertions.Expect(aside).ToContainTextAsync("No keys.");
        await admin.Page.GetByLabel("Note").FillAsync("Fair winds.");
        await admin.ClickAsync("Approve");
        await admin.SeesAsync("Active at Tyk since");

        await consumer.SeesAsync("Active at the gateway since");
        await consumer.SeesAsync("Fair winds.");

        await admin.Page.GetByLabel("Reason for the revocation").FillAsync("The ferries lie still.");
        await admin.ClickAsync("Revoke access");
        await admin.SeesAsync("Access revoked");
        await consumer.Page.ReloadAsync();
        await consumer.SeesAsync("Access revoked");
        await consumer.SeesAsync("The ferries lie still.");
        await consumer.SeesAsync("Key gone from the gateway");
    }

    [GeneratedRegex("^/.+/$")]
    private static partial Regex ListenPath();

    [Fact]
    public async Task An_admin_asks_for_himself_in_the_same_menu_and_another_decides()
    {
        await using var admin = await website.VisitAsync();
        await admin.AskAsync(website.Admin, "Weather forecasts", "An admin needs it, too.");
        foreach (var section in new[] { "Catalog", "Requests", "Apps", "Admin" }) await Assertions.Expect(admin.Page.GetByRole(AriaRole.Navigation, new() { Name = "Sections" }).GetByRole(AriaRole.Link, new() { Name = section, Exact = true })).ToBeVisibleAsync();
        var request = new Uri(admin.Page.Url).AbsolutePath;

        await admin.GoAsync("/admin" + request);
        await admin.SeesAsync("Waiting for approval");
        await Assertions.Expect(admin.Page.Locator("#decide .notice")).ToHaveTextAsync("This is your own request: another admin decides it.");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" })).ToHaveCountAsync(0);
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Button, new() { Name = "Reject" })).ToHaveCountAsync(0);
        await admin.GoAsync("/requests");
        await admin.SeesAsync("An admin decides.");
    }

    [Fact]
    public async Task Who_decides_sees_the_keys_that_the_app_holds_already()
    {
        var products = await website.ConsumerApi.ListAsync<Product>("/api/catalog/products", Ct);
        var app = await website.ConsumerApi.CreateAppAsync($"Holder {Guid.NewGuid().ToString("N")[..8]}", Ct);
        var (first, plan) = await AskAsync("Weather forecasts");
        await website.AdminApi.ApproveAsync(first.Id, "Yes.", Ct);
        var key = (await website.AdminApi.FindCredentialAsync((await website.AdminApi.UntilProvisionedAsync(first.Id, TimeSpan.FromMinutes(1), Ct)).Credential!.Id, Ct)).Value;
        var (second, _) = await AskAsync("Weather warnings");
        await using var admin = await website.VisitAsync();
        await admin.SignInAsync(website.Admin, $"/admin/requests/{second.Id}");

        var held = admin.Page.Locator("aside .rows li");
        await Assertions.Expect(held).ToHaveCountAsync(1);
        await Assertions.Expect(held).ToContainTextAsync("Weather forecasts");
        await Assertions.Expect(held.Locator(".badge")).ToHaveTextAsync("Active");
        await Assertions.Expect(held.Locator(".muted")).ToHaveTextAsync($"{plan.Title} {key.Hint}");
        await Assertions.Expect(admin.Page.Locator("aside")).Not.ToContainTextAsync("No keys.");
        // The key that a request itself has led to is no key besides.
        await admin.GoAsync($"/admin/requests/{first.Id}");
        await Assertions.Expect(admin.Page.Locator("aside")).ToContainTextAsync("No keys.");

        async Task<(AccessRequest Request, Plan Plan)> AskAsync(string title)
        {
            var product = products.First(product => product.Title == title);
            var plan = (await website.ConsumerApi.GetAsync<ProductPage>($"/api/catalog/products/{product.Id}", Ct)).Plans.First(plan => plan.Available);
            return (await website.ConsumerApi.RequestAccessAsync(app.Id, product.Id, plan.Id, "To hold more than one key.", Ct), plan);
        }
    }

    [Fact]
    public async Task Who_decides_second_sees_the_first_decision_and_keeps_what_he_typed()
    {
        await using var consumer = await website.VisitAsync();
        await consumer.AskAsync(website.Consumer, "Weather forecasts", "Two will decide about this.");
        var page = "/admin" + new Uri(consumer.Page.Url).AbsolutePath;
        await using var first = await website.VisitAsync();
        await using var second = await website.VisitAsync();
        await first.SignInAsync(website.Admin, page);
        await second.SignInAsync(website.Admin, page);
        await second.Page.GetByLabel("Reason for the rejection").FillAsync("Not with this reason, which took long to write.");

        await first.ClickAsync("Approve");
        await first.SeesAsync("Approved");
        await second.ClickAsync("Reject");

        await second.SeesAsync("You had typed:");
        await second.SeesAsync("Not with this reason, which took long to write.");
        await second.SeesAsync("Approved");
        Assert.Equal(0, await second.Page.GetByRole(AriaRole.Button, new() { Name = "Reject" }).CountAsync());
    }

    [Fact]
    public async Task Who_revokes_or_withdraws_second_is_told_and_keeps_what_he_typed()
    {
        var api = website.Cast.Admins.Single(actor => actor.Me.Email == website.Admin.Email).Portal;
        // Without scripts, so that the page stays as it was.
        await using var consumer = await website.VisitAsync(scripts: false);
        await consumer.AskAsync(website.Consumer, "Weather forecasts", "Two will end this.");
        var page = new Uri(consumer.Page.Url).AbsolutePath;
        var request = Guid.Parse(page.Split('/')[^1]);
        await api.ApproveAsync(request, "Yes.", Ct);
        await consumer.ClickAsync("Withdraw");
        await Assertions.Expect(consumer.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Somebody changed this");

        await using var admin = await website.VisitAsync(scripts: false);
        await admin.SignInAsync(website.Admin, "/admin" + page);
        await admin.Page.GetByLabel("Reason for the revocation").FillAsync("Typed while another was quicker.");
        await api.UntilProvisionedAsync(request, TimeSpan.FromMinutes(1), Ct);
        await api.RevokeAsync(request, "Quicker.", Ct);
        await admin.ClickAsync("Revoke access");
        await admin.SeesAsync("You had typed:");
        await admin.SeesAsync("Typed while another was quicker.");
    }

    [Fact]
    public async Task A_refusal_stays_with_what_was_typed_while_the_page_looks_for_news()
    {
        await using var consumer = await website.VisitAsync();
        await consumer.AskAsync(website.Consumer, "Weather forecasts", "Somebody rejects it without a reason.");
        var page = "/admin" + new Uri(consumer.Page.Url).AbsolutePath;
        await using var admin = await website.VisitAsync();
        await admin.SignInAsync(website.Admin, page);
        await admin.Page.GetByLabel("Reason for the rejection").FillAsync("   ");
        await admin.ClickAsync("Reject");
        var refusal = admin.Page.GetByRole(AriaRole.Alert);
        await Assertions.Expect(refusal).ToContainTextAsync("not right yet");

        // When it asks for the third time, the first two answers were worked in.
        for (var looks = 0; looks < 3; looks++) await admin.Page.WaitForRequestAsync(request => request.Method == "GET" && request.Url.EndsWith(page, StringComparison.Ordinal));

        await Assertions.Expect(refusal).ToContainTextAsync("not right yet");
        await Assertions.Expect(admin.Page.GetByLabel("Reason for the rejection")).ToHaveValueAsync("   ");
    }

    [Fact]
    public async Task Who_may_not_decide_is_told_why_and_offered_nothing()
    {
        await using var consumer = await website.VisitAsync();
        await consumer.AskAsync(website.Consumer, "Weather forecasts", "Somebody looks who may not decide.");
        await using var admin = await website.VisitAsync();

        // Who made the consumer's one-time link does not decide her requests.
        await admin.SignInAsync(website.Accounts.First(account => account.Email.StartsWith("maren", StringComparison.Ordinal)), "/admin" + new Uri(consumer.Page.Url).AbsolutePath);

        await Assertions.Expect(admin.Page.Locator("#decide .notice")).ToHaveTextAsync("You made the one-time link of this person, so another admin decides this request.");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" })).ToHaveCountAsync(0);
        await PagesTests.LooksWellAsync(admin, "state-may-not-decide");
    }

    [Fact]
    public async Task A_rejection_needs_a_reason_which_the_requester_reads()
    {
        await using var consumer = await website.VisitAsync(scripts: false);
        await consumer.AskAsync(website.Consumer, "Weather forecasts", "Nothing in particular.");
        await using var admin = await website.VisitAsync(scripts: false);
        await admin.SignInAsync(website.Admin, "/admin" + new Uri(consumer.Page.Url).AbsolutePath);

        // Blank passes the browser's own check, so it is the service that says no.
        await admin.Page.GetByLabel("Reason for the rejection").FillAsync("   ");
        await admin.ClickAsync("Reject");
        await Assertions.Expect(admin.Page.GetByLabel("Reason for the rejection")).ToHaveAttributeAsync("aria-invalid", "true");
        await admin.Page.GetByLabel("Reason for the rejection").FillAsync("Say what for.");
        await admin.ClickAsync("Reject");
        await admin.SeesAsync("Rejected");

        await consumer.Page.ReloadAsync();
        await consumer.SeesAsync("Say what for.");
    }
}
