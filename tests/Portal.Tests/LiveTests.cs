using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace DevPortal.PortalTests;

/// <summary>A page that looks again by itself, by a clock that the test turns.</summary>
[Collection(OnTheWebsite.Name)]
public sealed class LiveTests(Website website)
{
    const int Minute = 60_000;

    [Fact]
    public async Task While_nobody_sees_the_page_it_does_not_look_again_and_goes_on_when_somebody_does()
    {
        await using var visit = await WaitingAsync();
        await LooksAsync(visit);

        await ShowAsync(visit, false);
        var looks = 0;
        visit.Page.Request += (_, request) => looks += IsLook(request) ? 1 : 0;
        for (var minute = 0; minute < 3; minute++) await visit.Page.Clock.RunForAsync(Minute);
        Assert.Equal(0, looks);

        await visit.Page.RunAndWaitForRequestAsync(async () =>
        {
            await ShowAsync(visit, true);
            await visit.Page.Clock.RunForAsync(Minute);
        }, IsLook);
    }

    [Fact]
    public async Task It_looks_less_often_while_nothing_changes_or_the_website_is_away_and_soon_again_once_something_has()
    {
        await using var visit = await WaitingAsync();
        // Every pause that the page takes, in milliseconds.
        await visit.Page.EvaluateAsync("""
            () => {
              window.pauses = [];
              const set = window.setTimeout;
              window.setTimeout = (then, pause) => { pauses.push(pause); return set(then, pause); };
            }
            """);
        Task<double[]> LooksUntilAsync(Func<double[], bool> isSo, string what) => Eventually.UntilAsync(async () =>
        {
            await visit.Page.Clock.RunForAsync(Minute);
            return await visit.Page.EvaluateAsync<double[]>("pauses");
        }, isSo, TimeSpan.FromMinutes(1), what, TestContext.Current.CancellationToken);

        var pauses = await LooksUntilAsync(pauses => pauses.Length > 1 && pauses[^1] == pauses[^2], "the pauses grow no more");
        Assert.InRange(pauses[0], 1, 2000);
        Assert.Equal(pauses.Order(), pauses);
        Assert.Equal(15_000, pauses[^1]);

        // The answer says that it is away, or there is none.
        foreach (var answer in new Func<IRoute, Task>[] { route => route.FulfillAsync(new() { Status = 503 }), route => route.AbortAsync() })
        {
            var refused = 0;
            await visit.Page.RouteAsync("**/requests/*", route =>
            {
                refused++;
                return answer(route);
            });
            pauses = await LooksUntilAsync(_ => refused > 1, "it looks again although the website is away");
            Assert.Equal(15_000, pauses[^1]);
            await visit.Page.UnrouteAllAsync();
        }

        await website.AdminApi.ApproveAsync(Guid.Parse(new Uri(visit.Page.Url).Segments[^1]), "Yes.", TestContext.Current.CancellationToken);
        await LooksUntilAsync(pauses => pauses.Contains(1000), "it looks soon again");
        await visit.SeesAsync("Approved");
    }

    [Fact]
    public async Task What_changes_is_told_to_who_listens_by_its_name()
    {
        await using var visit = await WaitingAsync();
        var request = Guid.Parse(new Uri(visit.Page.Url).Segments[^1]);
        await using var admin = await website.VisitAsync();
        await admin.SignInAsync(website.Admin, "/admin/requests?state=all");
        await using var desk = await website.VisitAsync();
        await desk.SignInAsync(website.Admin, "/admin");
        var told = visit.Page.Locator("#announce");
        await Expect(told).ToBeEmptyAsync();

        await website.AdminApi.PostAsync<AccessRequest>($"/api/provisioning/requests/{request}/reject", new { reason = "Not now." }, TestContext.Current.CancellationToken, "*");
        await LooksAsync(visit);
        await Expect(told).ToHaveTextAsync("Weather forecasts: Rejected");
        await Expect(admin.Page.Locator("#announce")).ToHaveTextAsync($"Weather forecasts for {website.Consumer.Name}: Rejected");

        // What is new on the desk has a name too.
        var app = await website.ConsumerApi.CreateAppAsync($"Told {Guid.NewGuid().ToString("N")[..6]}", TestContext.Current.CancellationToken);
        var product = (await website.ConsumerApi.ListAsync<Product>("/api/catalog/products", TestContext.Current.CancellationToken)).First(product => product.Title == "Weather warnings");
        var plan = (await website.ConsumerApi.GetAsync<ProductPage>($"/api/catalog/products/{product.Id}", TestContext.Current.CancellationToken)).Plans.First(plan => plan.Available);
        await website.ConsumerApi.RequestAccessAsync(app.Id, product.Id, plan.Id, "To be told of.", TestContext.Current.CancellationToken);
        await Expect(desk.Page.Locator("#announce")).ToHaveTextAsync($"Weather warnings for {website.Consumer.Name}: Waiting for approval");
    }

    [Fact]
    public async Task Who_listens_hears_the_history_as_a_list_in_order_each_step_with_its_time_and_is_told_how_the_request_stands()
    {
        await using var visit = await WaitingAsync();
        var history = visit.Page.GetByRole(AriaRole.List, new() { Name = "History" });
        await Expect(history).ToMatchAriaSnapshotAsync("""
            - list "History":
              - listitem:
                - paragraph:
                  - text: Requested
                  - time
                - paragraph: By you
              - listitem:
                - paragraph: Next
                - paragraph: An admin decides.
            """);

        var request = Guid.Parse(new Uri(visit.Page.Url).Segments[^1]);
        await website.AdminApi.ApproveAsync(request, "Fair winds.", Ct);
        await website.AdminApi.UntilProvisionedAsync(request, TimeSpan.FromMinutes(1), Ct);
        await LooksAsync(visit);

        await Expect(visit.Page.Locator("#announce")).ToHaveTextAsync("Weather forecasts: Active");
        await Expect(visit.Page.Locator("#announce")).ToHaveRoleAsync(AriaRole.Status);
        var steps = history.GetByRole(AriaRole.Listitem);
        await Expect(steps).ToContainTextAsync(["Requested", "Approved", "Set-up of the key began", "Active at the gateway"]);
        await Expect(steps.Nth(1).GetByRole(AriaRole.Blockquote)).ToHaveTextAsync("Fair winds.");
        var times = steps.GetByRole(AriaRole.Time);
        await Expect(times).ToHaveCountAsync(await steps.CountAsync());
        var at = await times.EvaluateAllAsync<string[]>("times => times.map(time => time.dateTime)");
        Assert.Equal(at.Order(StringComparer.Ordinal), at);
        Assert.All(at, one => Assert.True(DateTimeOffset.TryParse(one, System.Globalization.CultureInfo.InvariantCulture, out _), one));
    }

    [Fact]
    public async Task Once_the_session_is_over_it_says_so_and_stops_looking_and_what_was_typed_stays()
    {
        await using var visit = await WaitingAsync(asAdmin: true);
        var page = new Uri(visit.Page.Url).AbsolutePath;
        await visit.Page.GetByLabel("Reason for the rejection").FillAsync("This took long to write.");
        await visit.Context.ClearCookiesAsync(new() { Name = "__Host-portal" });

        var again = visit.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in again" });
        // A look may have been on its way before.
        await Eventually.UntilAsync(async () =>
        {
            await visit.Page.Clock.RunForAsync(Minute);
            return await again.CountAsync();
        }, links => links == 1, TimeSpan.FromMinutes(1), "the page says that the session is over", TestContext.Current.CancellationToken);
        await Expect(again).ToBeInViewportAsync();
        Assert.Equal($"/session/sign-in?returnUrl={Uri.EscapeDataString(page)}", await again.GetAttributeAsync("href"));
        await Expect(visit.Page.Locator("#announce")).ToContainTextAsync("Your session is over.");
        var looks = 0;
        visit.Page.Request += (_, request) => looks += IsLook(request) ? 1 : 0;
        for (var minute = 0; minute < 3; minute++) await visit.Page.Clock.RunForAsync(Minute);
        Assert.Equal(0, looks);
        Assert.DoesNotContain(await visit.Context.CookiesAsync(), cookie => cookie.Name.StartsWith("__Host-portal-sign-in", StringComparison.Ordinal));

        // Who has typed something signs in beside it; identity still knows him.
        var beside = await visit.Context.RunAndWaitForPageAsync(() => again.ClickAsync());
        await Expect(beside.GetByLabel("Reason for the rejection")).ToBeVisibleAsync();
        Assert.EndsWith(page, beside.Url, StringComparison.Ordinal);
        await Expect(visit.Page.GetByLabel("Reason for the rejection")).ToHaveValueAsync("This took long to write.");
    }

    [Fact]
    public async Task An_empty_list_fills_by_itself_and_the_last_row_leaves_by_itself()
    {
        using var http = PortalClient.Connect(website.Address);
        var home = website.Cast.Consumers.First().Me;
        var newcomer = await Newcomer.InviteAsync(http, website.AdminApi, "member", home.Organization.Id, home.Teams[0].Id, Ct);
        var (api, account) = (newcomer.Actor.Portal, new Demo.Filling.Account(newcomer.Actor.Me.Name, newcomer.Email, newcomer.Password, "consumer", "", []));
        await using var consumer = await website.VisitAsync();
        await consumer.SignInAsync(account, "/requests");
        await FollowAsync(consumer, "/requests", "No requests yet");
        await using var admin = await website.VisitAsync();
        await admin.SignInAsync(website.Admin, "/admin/requests?state=approved");
        // What is being set up is so for a moment only.
        await FollowAsync(admin, "/admin/requests?state=approved", "No requests here");

        var product = (await api.ListAsync<Product>("/api/catalog/products", Ct)).First(product => product.Title == "Weather forecasts");
        var plan = (await api.GetAsync<ProductPage>($"/api/catalog/products/{product.Id}", Ct)).Plans.First(plan => plan.Available);
        await website.Tyk.SwitchOnAsync("refuse", Ct);
        try
        {
            var request = await api.RequestAccessAsync((await api.CreateAppAsync("First", Ct)).Id, product.Id, plan.Id, "The first of all.", Ct);
            await RowsAsync(consumer, 1);
            // Who invited somebody does not decide his requests.
            await website.Cast.Admins.First(actor => actor.Me.Email != website.Admin.Email).Portal.ApproveAsync(request.Id, "Yes.", Ct);
            await RowsAsync(admin, 1);
        }
        finally
        {
            await website.Tyk.SwitchOffAsync(CancellationToken.None);
        }

        await RowsAsync(admin, 0);
        await admin.SeesAsync("No requests here");

        static async Task RowsAsync(Visit visit, int count) => await Eventually.UntilAsync(async () =>
        {
            await visit.Page.Clock.RunForAsync(Minute);
            return await visit.Page.Locator("[data-live] .row").CountAsync();
        }, rows => rows == count, TimeSpan.FromMinutes(1), $"the list shows {count} rows", Ct);

        static async Task FollowAsync(Visit visit, string path, string empty)
        {
            await visit.Page.Clock.InstallAsync();
            await Eventually.UntilAsync(async () => { await visit.GoAsync(path); return await visit.Page.GetByText(empty).CountAsync(); }, count => count == 1, TimeSpan.FromMinutes(1), empty, Ct);
            await visit.Page.Clock.PauseAtAsync(DateTime.UtcNow.AddHours(1));
        }
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The page of a request that waits, with the clock stopped.</summary>
    async Task<Visit> WaitingAsync(bool asAdmin = false)
    {
        var visit = await website.VisitAsync();
        await visit.Context.AddInitScriptAsync("Object.defineProperty(document, 'hidden', { get: () => window.unseen ?? false })");
        await visit.AskAsync(website.Consumer, "Weather forecasts", "To be looked at again.");
        var request = visit.Page.Url;
        if (asAdmin)
        {
            await visit.Context.ClearCookiesAsync();
            await visit.SignInAsync(website.Admin, request = "/admin" + new Uri(request).AbsolutePath);
        }

        await visit.Page.Clock.InstallAsync();
        await visit.Page.GotoAsync(request);
        await Expect(visit.Page.Locator("[data-live=moves]").First).ToBeVisibleAsync();
        await visit.Page.Clock.PauseAtAsync(DateTime.UtcNow.AddHours(1));
        return visit;
    }

    static async Task LooksAsync(Visit visit)
    {
        var answer = await visit.Page.RunAndWaitForResponseAsync(() => visit.Page.Clock.RunForAsync(Minute), response => IsLook(response.Request));
        await answer.FinishedAsync();
    }

    static bool IsLook(IRequest request) => request.Headers.ContainsKey("x-looks-again");

    static Task ShowAsync(Visit visit, bool seen) => visit.Page.EvaluateAsync("seen => { window.unseen = !seen; document.dispatchEvent(new Event('visibilitychange')); }", seen);
}
