using System.Text.Json;
using DevPortal.Demo.Api;
using DevPortal.LocalRun;
using DevPortal.Testing;
using Microsoft.Playwright;
using Xunit;

namespace DevPortal.PortalTests;

/// <summary>Every page, as pictures for whoever judges it and under axe's rules (WCAG 2.2 AA).</summary>
[Collection(OnTheWebsite.Name)]
public sealed class PagesTests(Website website)
{
    static readonly string Axe = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "axe", "axe.min.js"));

    /// <summary>Where the guide's pictures are written, if they shall be.</summary>
    static readonly string? Pictures = Environment.GetEnvironmentVariable("DEVPORTAL_TEST_PICTURES") is { Length: > 0 } folder ? Repository.Path(folder) : null;

    static readonly Dictionary<string, string> InTheGuide = new() { ["anybody-catalog-one"] = "product.png", ["admin-admin-requests-one"] = "decide.png" };

    /// <summary>Pages that are arranged otherwise where there is little room: under the rules at these widths too.</summary>
    static readonly HashSet<string> ArrangedByWidth =
        ["anybody-catalog", "anybody-catalog-one", "consumer-apps-one", "state-menu", "admin-admin", "admin-admin-requests-one", "admin-admin-people", "one-time-link"];

    [Fact]
    public async Task Pages_for_everybody_have_no_violations()
    {
        await using var visit = await website.VisitAsync();
        await VisitAllAsync(visit, "anybody", ["/", "/catalog", "/catalog?q=nothing-like-this", await ProductAsync(), "/nothing", "/session/trouble", "/sign-in", "/account/sign-out"]);
    }

    [Fact]
    public async Task Pages_of_a_consumer_have_no_violations()
    {
        await using var visit = await website.VisitAsync();
        await visit.AskAsync(website.Consumer, "Weather forecasts", "To be looked at.");
        var request = new Uri(visit.Page.Url).AbsolutePath;
        // One that is granted, with a key.
        await visit.AskAsync(website.Consumer, "Weather forecasts", "To hold a key.", signIn: false);
        var granted = new Uri(visit.Page.Url).AbsolutePath;
        await website.Cast.Admins.Single(actor => actor.Me.Email == website.Admin.Email).Portal.ApproveAsync(Guid.Parse(granted.Split('/')[^1]), "Yes.", TestContext.Current.CancellationToken);
        var key = (await website.Cast.Consumers.Single(actor => actor.Me.Email == website.Consumer.Email).Portal
            .UntilProvisionedAsync(Guid.Parse(granted.Split('/')[^1]), TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)).Credential!.Id;
        await VisitAllAsync(visit, "consumer", ["/", await ProductAsync(), await ProductAsync() + "/request", "/requests", request, "/apps", "/apps/new", await visit.FirstLinkAsync("/apps", "main h2 a"), "/me", "/admin", granted, $"/credentials/{key}/reveal", $"/credentials/{key}/rotate", $"/credentials/{key}/revoke"]);
    }

    [Fact]
    public async Task Pages_of_an_admin_have_no_violations()
    {
        await using var consumer = await website.VisitAsync();
        await consumer.AskAsync(website.Consumer, "Weather forecasts", "Our drivers plan their day around rain and wind; about 2,000 calls a day.", app: "Route planner");
        await using var visit = await website.VisitAsync();
        await visit.SignInAsync(website.Admin, "/admin");
        await VisitAllAsync(visit, "admin",
        [
            "/admin", "/admin/requests", "/admin/requests?state=pending", "/admin" + new Uri(consumer.Page.Url).AbsolutePath, "/admin/apps",
            "/admin/products", await visit.FirstLinkAsync("/admin/products", ".row-title a"), "/admin/plans", await visit.FirstLinkAsync("/admin/plans", ".row-title a"),
            "/admin/catalogs", await visit.FirstLinkAsync("/admin/catalogs", ".row-title a"), "/admin/people", "/admin/people/new", "/admin/people/teams",
            await visit.FirstLinkAsync("/admin/people", ".row-title a"), "/admin/sync", await visit.FirstLinkAsync("/admin/sync", ".row-title a"),
        ]);
    }

    [Fact]
    public async Task Pages_of_a_newcomer_have_no_violations()
    {
        await using var visit = await website.VisitAsync();
        await visit.SignInAsync((await website.NewcomerAsync(TestContext.Current.CancellationToken)).Account);
        await visit.SeesAsync("No requests yet");
        await VisitAllAsync(visit, "newcomer", ["/requests", "/apps", "/me"]);

        // A portal with an empty catalog.
        await using var empty = new Replica(website) { Answers = { ["/api/catalog/products"] = """{ "items": [] }""" } };
        await visit.Page.RouteAsync("**/catalog", async route =>
        {
            using var page = await empty.GetAsync("/catalog", await visit.CookiesAsync());
            await route.PassOnAsync(page);
        });
        await visit.GoAsync("/catalog");
        await visit.SeesAsync("No catalog is open to your teams yet.");
        await LooksWellAsync(visit, "newcomer-catalog");
    }

    /// <summary>In development only, so it comes from a portal of that kind.</summary>
    [Fact]
    public async Task All_components_have_no_violations()
    {
        await using var development = new Replica(website);
        await using var visit = await website.VisitAsync();
        await visit.Page.RouteAsync("**/design", async route =>
        {
            using var page = await development.Http.GetAsync("/design", TestContext.Current.CancellationToken);
            await route.PassOnAsync(page);
        });
        await visit.GoAsync("/design");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Design");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("it says where");
        await Assertions.Expect(visit.Page.GetByLabel("Name")).ToHaveAccessibleDescriptionAsync("A hint. A name is needed.");
        foreach (var part in new[] { ".crumbs", "[data-done]", ".tabs [aria-current=page]", ".table .row", ".status-card", ".timeline .ahead", "select", "[role=search] input" })
            await Assertions.Expect(visit.Page.Locator("main").Locator(part).First).ToBeVisibleAsync();
        await LooksWellAsync(visit, "design");
    }

    async Task<string> ProductAsync()
    {
        var products = await website.Cast.Anybody.GetAsync<Page<Product>>("/api/catalog/products", TestContext.Current.CancellationToken);
        return $"/catalog/{products.Items[0].Id}";
    }

    [Fact]
    public async Task Pages_of_the_reference_have_no_violations()
    {
        await using var visit = await website.VisitAsync();
        await VisitAllAsync(visit, "reference", [await visit.FirstLinkAsync(await ProductAsync(), "aside .rows a")]);
        await using var plain = await website.VisitAsync(scripts: false);
        await plain.GoAsync(new Uri(visit.Page.Url).PathAndQuery);
        await Assertions.Expect(plain.Page.Locator("#operations .operation").First).ToBeVisibleAsync();
        await Assertions.Expect(plain.Page.Locator("#reference")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task States_that_anybody_meets_have_no_violations()
    {
        await using var visit = await website.VisitAsync();
        await visit.GoAsync("/sign-in");
        await visit.Page.GetByLabel("E-mail address").FillAsync("nobody@example.org");
        await visit.Page.GetByLabel("Password", new() { Exact = true }).FillAsync("not the password");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await visit.SeesAsync("do not fit");
        await LooksWellAsync(visit, "state-sign-in-refused");

        await visit.GoAsync("/account/link?token=nothing");
        await LooksWellAsync(visit, "state-link-spent");

        await ControlClient.SendAsync(website.State, ControlVerb.Stop, "portal", TestContext.Current.CancellationToken);
        try
        {
            await visit.GoAsync("/catalog");
            await visit.SeesAsync("Away for a moment");
            await LooksWellAsync(visit, "state-website-away");
        }
        finally
        {
            await ControlClient.SendAsync(website.State, ControlVerb.Start, "portal", CancellationToken.None);
        }

        // The gateway may pass it over for some seconds yet.
        for (var tries = 0; tries < 60 && (await visit.GoAsync("/catalog"))?.Status != 200; tries++) await visit.Page.EvaluateAsync("new Promise(done => requestAnimationFrame(done))");
    }

    [Fact]
    public async Task States_of_a_consumer_have_no_violations()
    {
        await using var visit = await website.VisitAsync();
        await visit.SignInAsync(website.Consumer, "/apps/new");
        await visit.Page.GetByLabel("Name").FillAsync("   ");
        await visit.ClickAsync("Make the app");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await LooksWellAsync(visit, "state-form-refused");

        await visit.GoAsync("/session/back");
        await LooksWellAsync(visit, "state-signed-in-again");

        await visit.GoAsync("/me");
        var token = $"Script {Guid.NewGuid().ToString("N")[..6]}";
        await visit.Page.GetByLabel("Name").FillAsync(token);
        await visit.ClickAsync("Make the token");
        await visit.SeesAsync("This is the only time that the token is shown.");
        await LooksWellAsync(visit, "state-token-shown");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = $"Delete {token}" }).ClickAsync();
        await visit.SeesAsync("What stops:");
        await LooksWellAsync(visit, "state-token-to-delete");
        await visit.ClickAsync("Delete the token");
        await visit.SeesAsync("Deleted.");
        await LooksWellAsync(visit, "state-done");

        await visit.AskAsync(website.Consumer, "Weather forecasts", "To reveal a key.", signIn: false);
        var request = Guid.Parse(new Uri(visit.Page.Url).Segments[^1]);
        await website.Cast.Admins.Single(actor => actor.Me.Email == website.Admin.Email).Portal.ApproveAsync(request, "Yes.", TestContext.Current.CancellationToken);
        var key = (await website.Cast.Consumers.Single(actor => actor.Me.Email == website.Consumer.Email).Portal.UntilProvisionedAsync(request, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)).Credential!.Id;
        await visit.GoAsync($"/credentials/{key}/reveal");
        await visit.ClickAsync("Reveal the key now");
        await visit.SeesAsync("This is the only time that the key is shown.");
        await LooksWellAsync(visit, "state-key-shown");

        await visit.GoAsync("/apps/new");
        await visit.Page.Locator("details.account summary").ClickAsync();
        await LooksWellAsync(visit, "state-menu");
        await visit.Page.GetByLabel("Name").FillAsync("Typed before the session ended");
        await visit.Context.ClearCookiesAsync();
        await visit.ClickAsync("Make the app");
        await visit.SeesAsync("Your session is over");
        await LooksWellAsync(visit, "state-session-over");
    }

    [Fact]
    public async Task States_of_requests_apps_and_keys_as_their_owner_sees_them_have_no_violations()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var visit = await website.VisitAsync();
        var asked = new Dictionary<string, Guid>();
        foreach (var state in new[] { "rejected", "withdrawn", "revoked", "rotating" })
        {
            await visit.AskAsync(website.Consumer, "Weather forecasts", $"To be {state}.", signIn: asked.Count == 0);
            asked[state] = Guid.Parse(new Uri(visit.Page.Url).Segments[^1]);
        }

        await website.AdminApi.PostAsync<AccessRequest>($"/api/provisioning/requests/{asked["rejected"]}/reject", new { reason = "Not with this reason." }, ct, "*");
        await website.ConsumerApi.PostAsync<AccessRequest>($"/api/provisioning/requests/{asked["withdrawn"]}/withdraw", new { }, ct, "*");
        var (revoked, rotating) = (await GrantAsync(asked["revoked"]), await GrantAsync(asked["rotating"]));
        await website.AdminApi.RevokeAsync(revoked.Id, "It is over.", ct);
        await visit.SeesWellAsync($"/requests/{asked["rejected"]}", "Not with this reason.", "state-own-request-rejected");
        await visit.SeesWellAsync($"/requests/{asked["withdrawn"]}", "By you", "state-own-request-withdrawn");
        await visit.SeesWellAsync($"/requests/{revoked.Id}", "Key gone from the gateway", "state-own-request-revoked");
        await visit.SeesWellAsync($"/apps/{revoked.AppId}", "Revoked", "state-app-with-revoked-key");
        await website.ConsumerApi.RevealAsync(rotating.Credential!.Id, ct);
        await visit.SeesWellAsync($"/credentials/{rotating.Credential.Id}/reveal", "There is no key to reveal", "state-key-was-shown");
        await website.Tyk.SwitchOnAsync("refuse", ct);
        try
        {
            await website.ConsumerApi.PostAsync<Credential>($"/api/credentials/{rotating.Credential.Id}/rotate", new { }, ct, "*");
            await visit.SeesWellAsync($"/apps/{rotating.AppId}", "Being replaced", "state-app-with-rotating-key");
        }
        finally
        {
            await website.Tyk.SwitchOffAsync(CancellationToken.None);
        }

        async Task<AccessRequest> GrantAsync(Guid request)
        {
            await website.AdminApi.ApproveAsync(request, "Yes.", ct);
            return await website.ConsumerApi.UntilProvisionedAsync(request, TimeSpan.FromMinutes(1), ct);
        }
    }

    [Fact]
    public async Task States_of_a_product_that_can_not_be_requested_have_no_violations()
    {
        var (ct, mark) = (TestContext.Current.CancellationToken, Guid.NewGuid().ToString("N")[..8]);
        await using var own = new OwnProducts(website, ct);
        var product = (await own.AddAsync($"Without plans {mark}"))[0];
        await website.AdminApi.PutAsync($"/api/catalog/products/{product.Id}", new { title = product.Title, published = true }, "*", ct);
        await website.AdminApi.PostAsync<Catalog>("/api/catalog/catalogs", new { name = $"Without plans {mark}", visibility = "public", productIds = new[] { product.Id } }, ct);
        await using var visit = await website.VisitAsync();
        await visit.SignInAsync(website.Consumer, "/catalog");
        await visit.SeesWellAsync($"/catalog/{product.Id}", "No plan is offered with it.", "state-product-not-requestable");
        await visit.SeesWellAsync($"/catalog/{product.Id}/request", "No plan is offered with it.", "state-request-not-possible");
    }

    [Fact]
    public async Task States_of_other_peoples_apps_and_keys_as_an_admin_sees_them_have_no_violations()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var consumer = await website.VisitAsync();
        var app = await consumer.AskAsync(website.Consumer, "Weather forecasts", "To be looked at by an admin.");
        var request = Guid.Parse(new Uri(consumer.Page.Url).Segments[^1]);
        await website.AdminApi.ApproveAsync(request, "Yes.", ct);
        var granted = await website.AdminApi.UntilProvisionedAsync(request, TimeSpan.FromMinutes(1), ct);
        var key = (await website.AdminApi.FindCredentialAsync(granted.Credential!.Id, ct)).Value;
        await using var visit = await website.VisitAsync();
        await visit.SignInAsync(website.Admin, "/admin");
        await visit.SeesWellAsync($"/apps/{granted.AppId}", app, "state-app-of-another");
        await visit.SeesWellAsync($"/credentials/{key.Id}/revoke", "What stops:", "state-key-of-another-to-revoke");
        await visit.SeesWellAsync($"/admin/apps?q={Uri.EscapeDataString(key.Hint![^4..])}", app, "state-keys-found");
        await visit.SeesWellAsync($"/admin/apps?q={Uri.EscapeDataString(website.Consumer.Name)}", $"Apps of {website.Consumer.Name}", "state-owners-found");
    }

    [Fact]
    public async Task States_of_an_admin_have_no_violations()
    {
        await using var consumer = await website.VisitAsync();
        await consumer.AskAsync(website.Consumer, "Weather forecasts", "Two look at it.");
        var page = "/admin" + new Uri(consumer.Page.Url).AbsolutePath;
        await using var visit = await website.VisitAsync();
        await visit.SignInAsync(website.Admin, page);
        await visit.Page.GetByLabel("Reason for the rejection").FillAsync("Typed for a while.");
        await website.Cast.Admins.Single(actor => actor.Me.Email == website.Admin.Email).Portal.ApproveAsync(Guid.Parse(page.Split('/')[^1]), "Yes.", TestContext.Current.CancellationToken);
        await visit.ClickAsync("Reject");
        await visit.SeesAsync("You had typed:");
        await LooksWellAsync(visit, "state-lost-race");

        // As long as a name may be, and nowhere to break it.
        await website.Cast.Admins.First().Portal.PostAsync<JsonElement>("/api/identity/organizations", new { name = new string('W', 200) }, TestContext.Current.CancellationToken);
        var mark = Guid.NewGuid().ToString("N")[..8];
        await visit.GoAsync("/admin/people/new");
        await visit.Page.GetByLabel("Name", new() { Exact = true }).FillAsync($"Vera {mark}");
        await visit.Page.GetByLabel("E-mail address").FillAsync($"vera-{mark}@example.org");
        await visit.Page.GetByRole(AriaRole.Checkbox).First.CheckAsync();
        await visit.ClickAsync("Make the one-time link");
        await visit.SeesAsync("This is the only time that the link is shown.");
        await LooksWellAsync(visit, "state-link-shown");
        await visit.ClickAsync("I have kept it");
        await visit.Page.WaitForURLAsync("**/admin/people/*-*");
        var person = new Uri(visit.Page.Url).AbsolutePath;
        await VisitAllAsync(visit, "state-find", [await visit.FirstLinkAsync("/admin/catalogs", ".row-title a") + "?q=weather", "/admin/people/new?q=payments", "/admin/people?in=harbour"]);
        await VisitAllAsync(visit, "state", [person + "/role", person + "/deactivate", "/admin/people?q=nobodyatall", "/admin/apps?q=nothing-like-this", "/admin/requests?state=withdrawn"]);
        await visit.GoAsync(person + "/deactivate");
        await visit.ClickAsync("Deactivate the person");
        await visit.SeesAsync("Deactivated. Sessions");
        await LooksWellAsync(visit, "state-person-deactivated");
    }

    [Fact]
    public async Task States_of_requests_products_and_runs_as_an_admin_sees_them_have_no_violations()
    {
        var ct = TestContext.Current.CancellationToken;
        var mark = Guid.NewGuid().ToString("N")[..8];
        await using var own = new OwnProducts(website, ct);
        await using var visit = await website.VisitAsync();
        await visit.SignInAsync(website.Admin, "/admin");
        var requests = new List<Guid>();
        await using (var consumer = await website.VisitAsync())
        {
            foreach (var state in new[] { "approved", "provisioned", "rejected", "revoked" })
            {
                await consumer.AskAsync(website.Consumer, "Weather forecasts", $"To be {state}.", signIn: requests.Count == 0);
                requests.Add(Guid.Parse(new Uri(consumer.Page.Url).Segments[^1]));
            }
        }

        var (approved, provisioned, rejected, revoked) = (requests[0], requests[1], requests[2], requests[3]);
        foreach (var request in new[] { provisioned, revoked })
        {
            await website.AdminApi.ApproveAsync(request, "Yes.", ct);
            await website.AdminApi.UntilProvisionedAsync(request, TimeSpan.FromMinutes(1), ct);
        }

        await website.AdminApi.PostAsync<AccessRequest>($"/api/provisioning/requests/{rejected}/reject", new { reason = "Not with this reason." }, ct, "*");
        await website.AdminApi.RevokeAsync(revoked, "It is over.", ct);
        await visit.SeesWellAsync($"/admin/requests/{provisioned}", "Active at Tyk since", "state-request-provisioned");
        await visit.SeesWellAsync($"/admin/requests/{rejected}", "Not with this reason.", "state-request-rejected");
        await visit.SeesWellAsync($"/admin/requests/{revoked}", "It is over.", "state-request-revoked");
        var owner = website.Cast.Consumers.Single(actor => actor.Me.Email == website.Consumer.Email).Me.Id;
        await visit.SeesWellAsync($"/admin/apps?owner={owner}", "Apps of", "state-apps-of-one");

        var products = await own.AddAsync([.. Enumerable.Range(1, OwnProducts.Many).Select(number => $"Looked at {number} {mark}")]);
        await visit.GoAsync($"/admin/products/{products[0].Id}");
        await visit.Page.GetByLabel("Description").FillAsync("## Tides\n\n| high | low |\n|---|---|\n| 6 | 12 |");
        await visit.ClickAsync("Preview");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Tides" })).ToBeVisibleAsync();
        await LooksWellAsync(visit, "state-preview");
        await website.AdminApi.PutAsync($"/api/catalog/products/{products[0].Id}", new { title = products[0].Title, summary = "Theirs.", published = false }, "*", ct);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await visit.SeesAsync("Saved at present:");
        await LooksWellAsync(visit, "state-stale");
        var run = await own.RemoveAsync([.. products]);
        await visit.SeesWellAsync($"/admin/sync/{run.Id}", "It would hide more than a run may", "state-needs-confirmation");

        await website.Tyk.SwitchOnAsync("refuse", ct);
        try
        {
            await website.AdminApi.ApproveAsync(approved, "Yes.", ct);
            await visit.SeesWellAsync($"/admin/requests/{approved}", "Being set up", "state-request-approved");
            var failed = await own.SyncAsync();
            await visit.SeesWellAsync($"/admin/sync/{failed.Id}", "Failed", "state-run-failed");
            await visit.SeesWellAsync("/admin/sync", "Failed", "state-source-failed");
        }
        finally
        {
            await website.Tyk.SwitchOffAsync(CancellationToken.None);
        }
    }

    static async Task VisitAllAsync(Visit visit, string who, string[] paths)
    {
        var found = new List<string>();
        foreach (var path in paths)
        {
            await visit.GoAsync(path);
            found.AddRange((await LookAsync(visit, who + Name(path))).Select(trouble => $"{path} {trouble}"));
        }

        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    /// <summary>As it is on the screen.</summary>
    internal static async Task LooksWellAsync(Visit visit, string name)
    {
        var found = await LookAsync(visit, name);
        Assert.True(found.Count == 0, name + Environment.NewLine + string.Join(Environment.NewLine, found));
    }

    /// <summary>A page that a browser without scripts is at. The rules are a script, so another browser looks.</summary>
    internal static async Task LooksWellAsync(Website website, Demo.Filling.Account account, Visit at, string name)
    {
        await using var visit = await website.VisitAsync();
        await visit.SignInAsync(account, "/me");
        await visit.GoAsync(new Uri(at.Page.Url).PathAndQuery);
        await LooksWellAsync(visit, name);
    }

    static async Task<List<string>> LookAsync(Visit visit, string name)
    {
        var found = await BrokenRulesAsync(visit, ColorScheme.Light);
        foreach (var width in new[] { 360, 768, 1440 })
        {
            await visit.Page.SetViewportSizeAsync(width, 900);
            await visit.ShootAsync($"{name}-{width}");
            if (width == 1440 && Pictures is { } folder && InTheGuide.TryGetValue(name, out var picture)) await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, picture) });
            // Nobody scrolls sideways.
            if (await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth")) found.Add($"is wider than {width}");
            if (width < 1440 && ArrangedByWidth.Contains(name)) found.AddRange((await BrokenRulesAsync(visit, ColorScheme.Light)).Select(broken => $"{width}: {broken}"));
        }

        found.AddRange(await BrokenRulesAsync(visit, ColorScheme.Dark));
        await visit.ShootAsync($"{name}-dark");
        return found;
    }

    static async Task<List<string>> BrokenRulesAsync(Visit visit, ColorScheme scheme)
    {
        // Colours change at once.
        await visit.Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        if (await visit.Page.Locator("#reference, .scalar-app").CountAsync() > 0)
        {
            // The renderer asks when it starts, and is a large script.
            if (scheme == ColorScheme.Dark) await visit.Page.ReloadAsync();
            await Assertions.Expect(visit.Page.Locator("#reference[data-ready], body > #app .section-header-label").First).ToBeVisibleAsync(new() { Timeout = 120_000 });
        }

        await visit.Page.EvaluateAsync(Axe);
        var report = await visit.Page.EvaluateAsync<JsonElement>("axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(report => report.violations.map(v => `${v.id}: ${v.nodes.map(n => n.target + ' ' + n.html.slice(0, 200) + ' ' + (n.any[0]?.message ?? '')).slice(0, 3).join(' | ')}`))");
        return [.. report.EnumerateArray().Select(violation => $"{scheme}: {violation.GetString()}")];
    }

    /// <summary>A page that is asked for otherwise is another picture.</summary>
    static string Name(string path) => string.Concat(path.Split('?', '&').SelectMany((part, at) => at == 0 ? part.Split('/') : [part.Split('=')[0]]).Select(part => Guid.TryParse(part, out _) ? "-one" : "-" + part)).Replace("--", "-", StringComparison.Ordinal).TrimEnd('-');
}
