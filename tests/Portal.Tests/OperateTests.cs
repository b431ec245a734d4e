using DevPortal.Demo.Api;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace DevPortal.PortalTests;

/// <summary>What is done after the first day: keys are replaced, Tyk is read again.</summary>
[Collection(OnTheWebsite.Name)]
public sealed class OperateTests(Website website)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_key_is_replaced_and_the_new_one_is_shown(bool scripts)
    {
        await using var owner = await website.VisitAsync(scripts);
        await owner.AskAsync(website.Consumer, "Weather forecasts", "A key to be replaced.");
        var request = Guid.Parse(new Uri(owner.Page.Url).Segments[^1]);
        await website.Cast.Admins.Single(actor => actor.Me.Email == website.Admin.Email).Portal.ApproveAsync(request, "Yes.", Ct);
        var credential = (await Consumer.UntilProvisionedAsync(request, TimeSpan.FromMinutes(1), Ct)).Credential!.Id;
        var first = await RevealAsync(owner, credential);

        await owner.GoAsync($"/credentials/{credential}/rotate");
        await owner.ClickAsync("Replace the key");
        await owner.Page.WaitForURLAsync("**/apps/*");
        await Eventually.UntilAsync(async () => (await Consumer.FindCredentialAsync(credential, Ct)).Value.State, state => state == "active", TimeSpan.FromMinutes(1), "the new key is active", Ct);

        Assert.NotEqual(first, await RevealAsync(owner, credential));
        if (!scripts) return;
        // Going back does not ask to send the form again: the page says that the key is shown once.
        await owner.ClickAsync("I have kept it");
        await owner.Page.WaitForURLAsync("**/apps/*");
        await owner.Page.GoBackAsync();
        await owner.SeesAsync("There is no key to reveal: it was shown");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tyk_is_read_again_at_once(bool scripts)
    {
        await using var admin = await website.VisitAsync(scripts);
        await admin.SignInAsync(website.Admin, "/admin/sync");
        var before = await admin.FirstLinkAsync("/admin/sync", ".row-title a");

        await admin.ClickAsync("Run tyk now");

        var run = await Eventually.UntilAsync(() => admin.FirstLinkAsync("/admin/sync", ".row-title a"), link => link != before, TimeSpan.FromMinutes(1), "there is a new run", Ct);
        await Eventually.UntilAsync(
            async () => { await admin.GoAsync(run); return await admin.Page.Locator(".status-card .badge").InnerTextAsync(); }, word => word == "Finished", TimeSpan.FromMinutes(1), "the run is finished", Ct);
        await admin.SeesAsync("Unchanged");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_that_would_hide_much_asks_and_hides_exactly_what_it_said_after_the_confirmation(bool scripts)
    {
        await using var own = new OwnProducts(website, Ct);
        var products = await own.AddAsync([.. Enumerable.Range(1, 3).Select(number => $"Passing {number} {mark}")]);
        Assert.Equal("needs-confirmation", (await own.RemoveAsync([.. products])).Status);
        await using var admin = await website.VisitAsync(scripts);
        await admin.SignInAsync(website.Admin, "/admin/sync");
        await Expect(admin.Page.Locator("#sources .badge")).ToHaveTextAsync("Needs your confirmation");
        await admin.ClickAsync("What it did");
        await admin.SeesAsync("It would hide more than a run may");
        await Expect(admin.Page.Locator(".row", new() { HasText = mark }).Locator(".badge")).ToHaveTextAsync(["To hide", "To hide", "To hide"]);
        await admin.ClickAsync("Hide exactly these");

        await Expect(admin.Page.Locator(".status-card .badge")).ToHaveTextAsync("Confirmed and done");
        foreach (var product in products) await own.UntilHiddenAsync(product);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_confirms_a_run_second_is_told_what_happened(bool scripts)
    {
        await using var own = new OwnProducts(website, Ct);
        var products = await own.AddAsync([.. Enumerable.Range(1, 3).Select(number => $"Twice {number} {mark}")]);
        var run = await own.RemoveAsync([.. products]);
        await using var admin = await website.VisitAsync(scripts);
        await admin.SignInAsync(website.Admin, $"/admin/sync/{run.Id}");
        await website.AdminApi.PostAsync<SyncRun>($"/api/sync/runs/{run.Id}/apply", new { }, Ct, "*");
        await admin.ClickAsync("Hide exactly these");

        await Expect(admin.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Somebody changed this");
        await Expect(admin.Page.Locator(".status-card .badge")).ToHaveTextAsync("Confirmed and done");
        await Expect(admin.Page.GetByRole(AriaRole.Button, new() { Name = "Hide exactly these" })).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_source_that_is_away_is_shown_with_the_reason_and_well_again_after_the_next_run(bool scripts)
    {
        await using var admin = await website.VisitAsync(scripts);
        await admin.SignInAsync(website.Admin, "/admin/sync");
        await using var own = new OwnProducts(website, Ct);
        await website.Tyk.SwitchOnAsync("refuse", Ct);
        try
        {
            Assert.Equal("failed", (await own.SyncAsync()).Status);
            await admin.GoAsync("/admin/sync");
            await Expect(admin.Page.Locator("#sources .badge")).ToHaveTextAsync("Failed");
            await Expect(admin.Page.Locator("#sources")).ToContainTextAsync("connection refused");
        }
        finally
        {
            await website.Tyk.SwitchOffAsync(CancellationToken.None);
        }

        await Eventually.UntilAsync(own.SyncAsync, run => run.Status == "finished", TimeSpan.FromMinutes(1), "Tyk is read again", Ct);
        await admin.GoAsync("/admin/sync");
        await Expect(admin.Page.Locator("#sources .badge")).ToHaveTextAsync("Finished");
    }

    readonly string mark = Guid.NewGuid().ToString("N")[..8];

    PortalClient Consumer => website.Cast.Consumers.Single(actor => actor.Me.Email == website.Consumer.Email).Portal;

    static async Task<string> RevealAsync(Visit owner, Guid credential)
    {
        await owner.GoAsync($"/credentials/{credential}/reveal");
        await owner.ClickAsync("Reveal the key now");
        return await owner.Page.GetByLabel("Key", new() { Exact = true }).InnerTextAsync();
    }
}
