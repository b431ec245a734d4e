using System.Net;
using System.Text.Json;
using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace DevPortal.PortalTests;

/// <summary>What is done after the first day: keys are replaced and revoked, scripts get tokens, Tyk is read again.</summary>
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
        var credential = await GrantAsync(owner, "A key to be replaced.");
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
    public async Task A_key_is_revoked_by_its_owner_after_the_page_said_what_stops(bool scripts)
    {
        await using var owner = await website.VisitAsync(scripts);
        var credential = await GrantAsync(owner, "A key to be revoked.");
        await owner.GoAsync($"/apps/{(await Consumer.FindCredentialAsync(credential, Ct)).Value.AppId}");
        await owner.ClickAsync("Revoke");
        await owner.SeesAsync("What stops:");
        await owner.Page.GetByLabel("Why?").FillAsync("The app is gone.");
        await owner.ClickAsync("Revoke the key");
        await owner.Page.WaitForURLAsync("**/apps/*");

        await Eventually.UntilAsync(async () => (await Consumer.FindCredentialAsync(credential, Ct)).Value.State, state => state == "revoked", TimeSpan.FromMinutes(1), "the key is revoked", Ct);
        if (!scripts) await owner.Page.ReloadAsync();
        await Expect(owner.Page.Locator(".key-card .badge")).ToHaveTextAsync("Revoked");
        await Expect(owner.Page.GetByRole(AriaRole.Link, new() { Name = "Revoke" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_key_that_was_shown_is_copied_kept_by_no_browser_and_not_on_the_page_again()
    {
        await using var owner = await website.VisitAsync();
        var credential = await GrantAsync(owner, "A key to be copied.");
        await owner.GoAsync($"/credentials/{credential}/reveal");
        var answer = await owner.Page.RunAndWaitForResponseAsync(() => owner.ClickAsync("Reveal the key now"), response => response.Request.Method == "POST");
        Assert.Contains("no-store", await answer.HeaderValueAsync("cache-control") ?? "", StringComparison.Ordinal);
        var key = await owner.Page.GetByLabel("Key", new() { Exact = true }).InnerTextAsync();

        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Copy" }).First.ClickAsync();
        await Expect(owner.Page.Locator("#announce")).ToHaveTextAsync("Copied");
        Assert.Equal(key, await owner.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));

        // A browser may keep the page as it is left, for whoever goes back. This one keeps none, so it is only told that the page is left.
        await owner.Page.EvaluateAsync("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
        Assert.DoesNotContain(key, await owner.Page.ContentAsync(), StringComparison.Ordinal);
        await owner.Page.RunAndWaitForResponseAsync(() => owner.Page.EvaluateAsync("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"), response => response.Request.IsNavigationRequest);
        await owner.SeesAsync("There is no key to reveal: it was shown");

        await owner.Page.ReloadAsync();
        await owner.SeesAsync("There is no key to reveal: it was shown");
        Assert.DoesNotContain(key, await owner.Page.ContentAsync(), StringComparison.Ordinal);
        await owner.ClickAsync("Back to the app");
        await owner.Page.WaitForURLAsync("**/apps/*");
        await owner.Page.GoBackAsync();
        await owner.SeesAsync("There is no key to reveal: it was shown");
        Assert.DoesNotContain(key, await owner.Page.ContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_personal_access_token_is_made_calls_the_API_and_calls_it_no_more_when_it_is_deleted()
    {
        await using var owner = await website.VisitAsync(scripts: false);
        await owner.SignInAsync(website.Consumer, "/me");
        var name = $"Script {Guid.NewGuid().ToString("N")[..6]}";
        await owner.Page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await owner.ClickAsync("Make the token");
        var token = await owner.Page.GetByLabel("Token", new() { Exact = true }).InnerTextAsync();
        Assert.Equal(HttpStatusCode.OK, await CallAsync(token));

        await owner.GoAsync("/me");
        Assert.DoesNotContain(token, await owner.Page.ContentAsync(), StringComparison.Ordinal);
        await owner.Page.GetByRole(AriaRole.Link, new() { Name = $"Delete {name}" }).ClickAsync();
        await owner.SeesAsync("What stops:");
        await owner.ClickAsync("Delete the token");
        await owner.SeesAsync("Deleted.");
        await Expect(owner.Page.GetByText(name)).ToHaveCountAsync(0);
        await Eventually.UntilAsync(() => CallAsync(token), status => status == HttpStatusCode.Unauthorized, TimeSpan.FromMinutes(1), "the token is no longer good", Ct);
    }

    [Fact]
    public async Task Tokens_go_on_where_the_page_ends_and_the_last_one_too_is_deleted()
    {
        using var http = PortalClient.Connect(website.Address);
        var home = website.Cast.Consumers.First().Me;
        var newcomer = await Newcomer.InviteAsync(http, website.AdminApi, "member", home.Organization.Id, home.Teams[0].Id, Ct);
        for (var number = 10; number < 37; number++)
            await newcomer.Actor.Portal.PostAsync<JsonElement>("/api/identity/tokens", new { name = $"Script {number}", scopes = new[] { "read", "write" }, expiresAt = DateTimeOffset.UtcNow.AddDays(30) }, Ct);
        await using var owner = await website.VisitAsync(scripts: false);
        await owner.SignInAsync(new(newcomer.Actor.Me.Name, newcomer.Email, newcomer.Password, "consumer", "", []), "/me");
        var names = owner.Page.Locator("main .row-title");
        await Expect(names).ToHaveCountAsync(25);
        await Expect(owner.Page.Locator("main .row").First).ToContainTextAsync("Read, Write");
        await owner.Page.GetByRole(AriaRole.Navigation, new() { Name = "More tokens" }).GetByRole(AriaRole.Link).ClickAsync();
        await Expect(names).ToHaveTextAsync(["Script 35", "Script 36"]);

        await owner.Page.GetByRole(AriaRole.Link, new() { Name = "Delete Script 36" }).ClickAsync();
        await owner.ClickAsync("Delete the token");
        await owner.SeesAsync("Deleted.");
        await owner.Page.GetByRole(AriaRole.Navigation, new() { Name = "More tokens" }).GetByRole(AriaRole.Link).ClickAsync();
        await Expect(names).ToHaveTextAsync(["Script 35"]);
    }

    async Task<HttpStatusCode> CallAsync(string token)
    {
        using var http = new HttpClient { BaseAddress = website.Address, DefaultRequestHeaders = { Authorization = new("Bearer", token) } };
        using var answer = await http.GetAsync("/api/identity/me", Ct);
        return answer.StatusCode;
    }

    /// <summary>Asks for access and has it approved; the credential.</summary>
    async Task<Guid> GrantAsync(Visit owner, string reason)
    {
        await owner.AskAsync(website.Consumer, "Weather forecasts", reason);
        var request = Guid.Parse(new Uri(owner.Page.Url).Segments[^1]);
        await website.Cast.Admins.Single(actor => actor.Me.Email == website.Admin.Email).Portal.ApproveAsync(request, "Yes.", Ct);
        return (await Consumer.UntilProvisionedAsync(request, TimeSpan.FromMinutes(1), Ct)).Credential!.Id;
    }

    [Fact]
    public async Task The_requests_and_keys_of_an_app_and_the_history_of_a_request_go_on_where_the_page_ends()
    {
        var product = (await Consumer.ListAsync<Product>("/api/catalog/products", Ct)).First(product => product.Title == "Weather forecasts");
        var plan = (await Consumer.GetAsync<ProductPage>($"/api/catalog/products/{product.Id}", Ct)).Plans.First(plan => plan.Available);
        var app = await Consumer.CreateAppAsync($"Long {mark}", Ct);
        for (var asked = 0; asked < 25; asked++)
        {
            var request = await Consumer.RequestAccessAsync(app.Id, product.Id, plan.Id, "To be taken back.", Ct);
            await Consumer.PostAsync<AccessRequest>($"/api/provisioning/requests/{request.Id}/withdraw", new { }, Ct, "*");
        }

        var former = await GrantAsync();
        await website.AdminApi.RevokeAsync(former.Id, "It is over.", Ct);
        var granted = await GrantAsync();
        for (var rotated = 0; rotated < 11; rotated++) await Consumer.RotateAsync(granted.Credential!.Id, Ct);
        var keys = await Consumer.GetAsync<Page<Credential>>($"/api/credentials/apps/{app.Id}/credentials?limit=1", Ct);

        foreach (var scripts in new[] { true, false })
        {
            await using var owner = await website.VisitAsync(scripts);
            await owner.SignInAsync(website.Consumer, $"/apps/{app.Id}");
            var (rows, cards) = (owner.Page.Locator("section[aria-labelledby=requests] .row"), owner.Page.Locator(".key-card"));
            await Expect(rows).ToHaveCountAsync(25);
            await owner.Page.GetByRole(AriaRole.Navigation, new() { Name = "More requests" }).GetByRole(AriaRole.Link).ClickAsync();
            await Expect(rows).ToHaveCountAsync(2);
            await Expect(cards).ToHaveCountAsync(2);
            await owner.GoAsync($"/apps/{app.Id}?keys={Uri.EscapeDataString(keys.Next!)}");
            await Expect(cards).ToHaveCountAsync(1);
            await Expect(rows).ToHaveCountAsync(25);
            await HistoryAsync(owner, $"/requests/{granted.Id}");
        }

        await using var admin = await website.VisitAsync(scripts: false);
        await admin.SignInAsync(website.Admin, "/admin");
        await HistoryAsync(admin, $"/admin/requests/{granted.Id}");

        static async Task HistoryAsync(Visit visit, string path)
        {
            await visit.GoAsync(path);
            var steps = visit.Page.Locator(".timeline li");
            await Expect(steps).ToHaveCountAsync(25);
            await visit.ClickAsync("Next page");
            await Expect(steps.Last).ToContainTextAsync("New key active, the old one gone");
            await Expect(steps.First).Not.ToContainTextAsync("Requested");
            await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Next page" })).ToHaveCountAsync(0);
        }

        async Task<AccessRequest> GrantAsync()
        {
            var request = await Consumer.RequestAccessAsync(app.Id, product.Id, plan.Id, "To be granted.", Ct);
            await website.AdminApi.ApproveAsync(request.Id, "Yes.", Ct);
            return await Consumer.UntilProvisionedAsync(request.Id, TimeSpan.FromMinutes(1), Ct);
        }
    }

    [Fact]
    public async Task Tyk_is_read_again_at_once()
    {
        await using var admin = await website.VisitAsync(scripts: false);
        await admin.SignInAsync(website.Admin, "/admin/sync");
        var before = await admin.FirstLinkAsync("/admin/sync", ".row-title a");

        await admin.ClickAsync("Run tyk now");

        var run = await Eventually.UntilAsync(() => admin.FirstLinkAsync("/admin/sync", ".row-title a"), link => link != before, TimeSpan.FromMinutes(1), "there is a new run", Ct);
        await Eventually.UntilAsync(
            async () => { await admin.GoAsync(run); return await admin.Page.Locator(".status-card .badge").InnerTextAsync(); }, word => word == "Finished", TimeSpan.FromMinutes(1), "the run is finished", Ct);
        await admin.SeesAsync("Unchanged");
        // What is not taken over, and why.
        var ignored = admin.Page.Locator(".row", new() { HasText = "legacy-all-in-one" });
        await Expect(ignored.Locator(".badge")).ToHaveTextAsync("Not imported");
        await Expect(ignored.Locator(".small")).ToContainTextAsync("partition");
        await Expect(ignored.Locator(".muted")).ToContainTextAsync("Policy");
    }

    [Fact]
    public async Task A_run_that_would_hide_much_asks_and_hides_exactly_what_it_said_after_the_confirmation()
    {
        await using var own = new OwnProducts(website, Ct);
        var products = await own.AddAsync([.. Enumerable.Range(1, OwnProducts.Many).Select(number => $"Passing {number} {mark}")]);
        Assert.Equal("needs-confirmation", (await own.RemoveAsync([.. products])).Status);
        await using var admin = await website.VisitAsync(scripts: false);
        await admin.SignInAsync(website.Admin, "/admin/sync");
        await Expect(admin.Page.Locator("#sources .badge")).ToHaveTextAsync("Needs your confirmation");
        await admin.ClickAsync("What it did");
        await admin.SeesAsync("It would hide more than a run may");
        await Expect(admin.Page.Locator(".row", new() { HasText = mark }).Locator(".badge")).ToHaveTextAsync(Enumerable.Repeat("To hide", OwnProducts.Many).ToArray());
        await admin.ClickAsync("Hide exactly these");

        await Expect(admin.Page.Locator(".status-card .badge")).ToHaveTextAsync("Confirmed and done");
        foreach (var product in products) await own.UntilHiddenAsync(product);
    }

    [Fact]
    public async Task Who_confirms_a_run_second_is_told_what_happened()
    {
        await using var own = new OwnProducts(website, Ct);
        var products = await own.AddAsync([.. Enumerable.Range(1, OwnProducts.Many).Select(number => $"Twice {number} {mark}")]);
        var run = await own.RemoveAsync([.. products]);
        await using var admin = await website.VisitAsync(scripts: false);
        await admin.SignInAsync(website.Admin, $"/admin/sync/{run.Id}");
        await website.AdminApi.PostAsync<SyncRun>($"/api/sync/runs/{run.Id}/apply", new { }, Ct, "*");
        await admin.ClickAsync("Hide exactly these");

        await Expect(admin.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Somebody changed this");
        await Expect(admin.Page.Locator(".status-card .badge")).ToHaveTextAsync("Confirmed and done");
        await Expect(admin.Page.GetByRole(AriaRole.Button, new() { Name = "Hide exactly these" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_source_that_is_away_is_shown_with_the_reason_and_well_again_after_the_next_run()
    {
        await using var admin = await website.VisitAsync(scripts: false);
        await admin.SignInAsync(website.Admin, "/admin/sync");
        await using var own = new OwnProducts(website, Ct);
        await website.Tyk.SwitchOnAsync("refuse", Ct);
        try
        {
            Assert.Equal("failed", (await own.SyncAsync()).Status);
            await admin.GoAsync("/admin/sync");
            await Expect(admin.Page.Locator("#sources .badge")).ToHaveTextAsync("Failed");
            // Whatever the language of the page, Tyk's words are English.
            await Expect(admin.Page.Locator("#sources [lang=en]").First).ToContainTextAsync("connection refused");
            // Keys are made there, too: an approved request waits.
            await using var consumer = await website.VisitAsync(scripts: false);
            await consumer.AskAsync(website.Consumer, "Weather forecasts", "To wait for the gateway.");
            await website.AdminApi.ApproveAsync(Guid.Parse(new Uri(consumer.Page.Url).Segments[^1]), "Yes.", Ct);
            await Eventually.UntilAsync(
                async () => { await admin.GoAsync("/admin/sync"); return await admin.Page.Locator("#sources").InnerTextAsync(); },
                said => said.Contains("Its gateway can't be used, since", StringComparison.Ordinal) && said.Contains("Keys to be made: 1", StringComparison.Ordinal),
                TimeSpan.FromMinutes(1), "the gateway is known to be away", Ct);
            await PagesTests.LooksWellAsync(website, website.Admin, admin, "state-gateway-away");
        }
        finally
        {
            await website.Tyk.SwitchOffAsync(CancellationToken.None);
        }

        await Eventually.UntilAsync(own.SyncAsync, run => run.Status == "finished", TimeSpan.FromMinutes(1), "Tyk is read again", Ct);
        await admin.GoAsync("/admin/sync");
        await Expect(admin.Page.Locator("#sources .badge")).ToHaveTextAsync("Finished");
        await Eventually.UntilAsync(
            async () => { await admin.GoAsync("/admin/sync"); return await admin.Page.Locator("#sources").InnerTextAsync(); },
            said => said.Contains("Its gateway answers, since", StringComparison.Ordinal) && !said.Contains("Keys to be", StringComparison.Ordinal), TimeSpan.FromMinutes(1), "the gateway is known to answer", Ct);
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
