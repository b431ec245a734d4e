using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using DevPortal.Demo.Api;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace DevPortal.PortalTests;

/// <summary>Whatever is in the way of a visitor is a page that all can read: under axe's rules, light and dark.</summary>
[Collection(OnTheWebsite.Name)]
public sealed partial class TroubleTests(Website website)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_the_sign_in()
    {
        await using var visit = await website.VisitAsync();
        foreach (var because in new[] { "cookies", "refused", "away" })
        {
            await visit.GoAsync($"/session/trouble?because={because}&returnUrl=%2Fapps");
            await PagesTests.LooksWellAsync(visit, $"trouble-sign-in-{because}");
        }

        await visit.GoAsync("/account/nothing");
        await visit.SeesAsync("Nothing here");
        await PagesTests.LooksWellAsync(visit, "trouble-no-such-page-of-identity");

        await visit.KeepNoCookiesAsync();
        await visit.GoAsync("/account/sign-out");
        await visit.ClickAsync("Sign out");
        await visit.SeesAsync("Your browser keeps no cookies");
        await PagesTests.LooksWellAsync(visit, "trouble-no-cookies");
    }

    [Fact]
    public async Task Of_a_one_time_link()
    {
        var me = website.Cast.Admins.First().Me;
        var mark = Guid.NewGuid().ToString("N")[..8];
        var invited = await website.AdminApi.PostAsync<JsonElement>("/api/identity/users", new { name = $"Lena {mark}", email = $"lena-{mark}@example.org", role = "member", organizationId = me.Organization.Id, teamIds = me.Teams.Select(team => team.Id) }, Ct);
        await using var visit = await website.VisitAsync();
        await visit.GoAsync(invited.GetProperty("link").GetProperty("url").GetString()!);
        await visit.Page.GetByLabel("New password").WaitForAsync();
        await PagesTests.LooksWellAsync(visit, "one-time-link");

        await visit.Page.GetByLabel("New password").FillAsync("passwordpassword");
        await visit.ClickAsync("Set password");
        await visit.SeesAsync("one of the first that anybody would try");
        await PagesTests.LooksWellAsync(visit, "one-time-link-refused");
    }

    [Fact]
    public async Task Of_a_session_that_is_over()
    {
        await using var visit = await website.VisitAsync();
        await visit.AskAsync(website.Consumer, "Weather forecasts", "To be looked at when the session is over.");
        await visit.Context.ClearCookiesAsync(new() { Name = "__Host-portal" });
        await visit.SeesAsync("Your session is over.");
        await PagesTests.LooksWellAsync(visit, "trouble-session-over");
    }

    [Theory]
    [InlineData(429, "too-many-requests", "Too much at once")]
    [InlineData(500, "internal", "Something failed")]
    [InlineData(503, "unavailable", "Away for a moment")]
    [InlineData(504, "timed-out", "Away for a moment")]
    public async Task Of_a_service_behind_the_website(int status, string code, string title)
    {
        await using var portal = new Replica(website) { Refusal = (status, code) };
        await using var visit = await website.VisitAsync();
        // The page is the replica's; its looks are those of the website that runs.
        await visit.Page.RouteAsync("**/catalog", async route =>
        {
            using var answer = await portal.GetAsync("/catalog", "none=");
            await route.PassOnAsync(answer);
        });
        var response = await visit.GoAsync("/catalog");
        Assert.Equal(status, response!.Status);
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(title);
        await PagesTests.LooksWellAsync(visit, $"trouble-website-{status}");
    }

    /// <summary>The website calls the gateway for everybody by one client: what it is refused for one visitor, or by one service, is no reason to stop calling.</summary>
    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Of_one_visitor_or_one_service_closes_nothing_for_the_others(int status)
    {
        await using var portal = new Replica(website) { Refusal = (status, "any") };
        foreach (var refused in await Task.WhenAll(Enumerable.Range(0, 150).Select(_ => portal.GetAsync("/catalog", "none="))))
        {
            Assert.Equal(status, (int)refused.StatusCode);
            refused.Dispose();
        }

        portal.Refusal = null;
        using var page = await portal.GetAsync("/catalog", "none=");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Fact]
    public async Task Of_identity_leaves_a_page_its_looks()
    {
        await using var visit = await website.VisitAsync();
        await visit.SignInAsync(website.Consumer);
        var (id, cookies) = ((await visit.Context.CookiesAsync()).Single(cookie => cookie.Name == "__Host-portal").Value, await visit.CookiesAsync());
        await using var portal = new Replica(website);
        await portal.ExpireTokenAsync(id);
        portal.IsAlone = true;

        using var page = await portal.GetAsync("/apps", cookies);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        var looks = Stylesheet().Match(await page.Content.ReadAsStringAsync(Ct)).Groups[1].Value;
        using var stylesheet = await portal.GetAsync("/" + looks.TrimStart('/'), cookies);

        Assert.Equal((HttpStatusCode.OK, "text/css"), (stylesheet.StatusCode, stylesheet.Content.Headers.ContentType?.MediaType));
    }

    [GeneratedRegex("rel=\"stylesheet\" href=\"([^\"]+)\"")]
    private static partial Regex Stylesheet();

    [Theory]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Of_the_catalog_does_not_close_the_start_page(int status)
    {
        await using var portal = new Replica(website) { Refusal = (status, "unavailable") };
        using var page = await portal.GetAsync("/", "none=");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("href=\"/catalog\"", await page.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_the_gateway()
    {
        // Somebody who takes calls and never answers, and nobody.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var gateway = await OwnProgram.StartAsync(website, "gateway", ["PortalSecret"], new Dictionary<string, string>
        {
            ["services__portal__http__0"] = $"http://{silent.LocalEndpoint}",
            ["services__identity__http__0"] = $"http://127.0.0.1:{LocalRun.Ports.Free()}",
            ["Limits__Timeout"] = "00:00:01",
            ["Limits__SignIn__Burst"] = "3",
            ["Limits__SignIn__PerSecond"] = "1",
        }, Ct);
        await using var visit = await website.VisitAsync();

        Assert.Equal(504, (await visit.GoAsync($"{gateway.Address}catalog"))!.Status);
        await visit.SeesAsync("did not answer in time");
        await PagesTests.LooksWellAsync(visit, "trouble-gateway-504");
        Assert.Equal(503, (await visit.GoAsync($"{gateway.Address}sign-in"))!.Status);
        await visit.SeesAsync("does not answer");
        await PagesTests.LooksWellAsync(visit, "trouble-gateway-503");
        // A browser may be slower than the limit.
        using var http = new HttpClient { BaseAddress = gateway.Address, DefaultRequestHeaders = { { "Accept", "text/html" } } };
        using var refused = (await Eventually.UntilAsync(
            async () => (await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => http.GetAsync("/sign-in", Ct)))).FirstOrDefault(answer => answer.StatusCode == HttpStatusCode.TooManyRequests),
            answer => answer is not null, TimeSpan.FromMinutes(1), "the limit is reached", Ct))!;
        await visit.Page.RouteAsync("**/sign-in", route => route.PassOnAsync(refused));
        Assert.Equal(429, (await visit.GoAsync($"{gateway.Address}sign-in"))!.Status);
        await visit.SeesAsync("Too much at once");
        await PagesTests.LooksWellAsync(visit, "trouble-gateway-429");
    }
}
