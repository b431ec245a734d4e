using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Web;
using Microsoft.Playwright;
using Xunit;

namespace DevPortal.PortalTests;

[Collection(OnTheWebsite.Name)]
public sealed class SessionTests(Website website)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_browser_holds_a_random_id_and_no_token_and_pages_are_not_kept()
    {
        await using var visit = await website.VisitAsync();
        await visit.SignInAsync(website.Consumer);

        var cookies = await visit.Context.CookiesAsync();
        Assert.All(cookies, cookie => Assert.True(cookie is { Secure: true, HttpOnly: true } && cookie.Name.StartsWith("__Host-", StringComparison.Ordinal), cookie.Name));
        Assert.Matches("^[A-Za-z0-9_-]{43}$", cookies.Single(cookie => cookie.Name == "__Host-portal").Value);
        Assert.DoesNotContain(cookies, cookie => cookie.Value.StartsWith("eyJ", StringComparison.Ordinal));
        Assert.Equal("0 0", await visit.Page.EvaluateAsync<string>("`${localStorage.length} ${sessionStorage.length}`"));
        Assert.DoesNotContain("eyJ", await visit.Page.ContentAsync(), StringComparison.Ordinal);
        var response = await visit.GoAsync("/apps");
        Assert.Contains("no-store", await response!.HeaderValueAsync("cache-control") ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", await response.HeaderValueAsync("content-security-policy") ?? "unsafe", StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_signing_out_the_old_cookie_opens_nothing()
    {
        await using var visit = await website.VisitAsync();
        await visit.SignInAsync(website.Consumer);
        var cookies = await visit.Context.CookiesAsync();
        var addresses = new ConcurrentBag<string>();
        visit.Context.Request += (_, asked) => addresses.Add(asked.Url);
        await visit.Page.Locator("details.account summary").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).First).ToBeVisibleAsync();
        Assert.Contains(addresses, address => address.Contains("/connect/logout", StringComparison.Ordinal));
        Assert.DoesNotContain(addresses, address => address.Contains("id_token", StringComparison.Ordinal));

        var old = cookies.Single(cookie => cookie.Name == "__Host-portal");
        using var http = Demo.Api.PortalClient.Connect(website.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/requests");
        request.Headers.Add("Cookie", $"{old.Name}={old.Value}");
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Contains("/connect/authorize", answer.Headers.Location?.ToString() ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_signs_out_from_a_page_that_is_older_than_the_session_is_asked_once_more_and_is_out()
    {
        await using var visit = await website.VisitAsync();
        await visit.SignInAsync(website.Consumer);
        await visit.Context.ClearCookiesAsync(new() { Name = "__Host-portal" });
        await visit.Page.Locator("details.account summary").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await visit.SeesAsync("You are not signed out yet.");
        await PagesTests.LooksWellAsync(visit, "sign-out-again");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).First).ToBeVisibleAsync();
        await visit.GoAsync("/apps");
        await Assertions.Expect(visit.Page.GetByLabel("Password", new() { Exact = true })).ToBeVisibleAsync();
    }

    /// <summary>Limits count visitors. Whatever somebody claims, the last address in the header is the gateway's own word, and the only one that is passed on.</summary>
    [Fact]
    public async Task The_gateway_is_told_for_whom_a_page_is_and_nobody_can_be_somebody_else()
    {
        await using var portal = new Replica(website);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/catalog");
        request.Headers.Add("X-Forwarded-For", "203.0.113.7, 198.51.100.4");
        foreach (var claim in new[] { "X-Portal-Visitor", "X-Real-Ip", "X-Original-For" }) request.Headers.Add(claim, "203.0.113.7");
        using var page = await portal.Http.SendAsync(request, Ct);

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("198.51.100.4", portal.Visitor);
    }

    [Fact]
    public async Task A_page_that_needs_somebody_leads_through_the_sign_in_and_back()
    {
        await using var visit = await website.VisitAsync(scripts: false);
        await visit.GoAsync("/apps/new");
        Assert.Contains("/sign-in", visit.Page.Url, StringComparison.Ordinal);
        await visit.Page.GetByLabel("E-mail address").FillAsync(website.Consumer.Email);
        await visit.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(website.Consumer.Password);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await visit.SeesAsync("New app");
        Assert.EndsWith("/apps/new", visit.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_look_of_the_script_after_the_session_ended_begins_no_sign_in()
    {
        using var http = Demo.Api.PortalClient.Connect(website.Address);
        using var look = new HttpRequestMessage(HttpMethod.Get, "/requests?state=pending");
        look.Headers.Add("X-Looks-Again", "1");
        look.Headers.Add("Accept", "text/html");
        using var answer = await http.SendAsync(look, Ct);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        var notice = await answer.Content.ReadAsStringAsync(Ct);
        Assert.Contains("Your session is over.", notice, StringComparison.Ordinal);
        Assert.Contains("href=\"/session/sign-in?returnUrl=%2Frequests%3Fstate%3Dpending\"", notice, StringComparison.Ordinal);
        Assert.DoesNotContain("<html", notice, StringComparison.Ordinal);
    }

    [Theory]
    // Identity refuses.
    [InlineData("error=access_denied", true, false, "The sign-in service refused it", 400)]
    [InlineData("code=none-of-its-codes", true, false, "The sign-in service refused it", 400)]
    // It is away, or says that it is not well.
    [InlineData("error=server_error", true, false, "The sign-in service cannot be reached just now", 503)]
    [InlineData("code=any", true, true, "The sign-in service cannot be reached just now", 503)]
    // The browser brings back nothing of what it was given.
    [InlineData("code=any", false, false, "it keeps no cookies for this site", 400)]
    public async Task A_sign_in_that_ends_badly_says_whose_matter_it_is_and_leads_back(string answer, bool cookies, bool isAlone, string words, int status)
    {
        await using var portal = new Replica(website);
        using var begun = await portal.Http.GetAsync("/session/sign-in?returnUrl=%2Fapps%2Fnew", Ct);
        var state = HttpUtility.ParseQueryString(begun.Headers.Location!.Query)["state"]!;
        portal.IsAlone = isAlone;

        var given = string.Join("; ", begun.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));
        using var ended = await portal.GetAsync($"/signin-oidc?{answer}&state={Uri.EscapeDataString(state)}", cookies ? given : "none=");

        Assert.Equal(HttpStatusCode.Redirect, ended.StatusCode);
        using var page = await portal.GetAsync(ended.Headers.Location!.ToString(), "none=");
        Assert.Equal(status, (int)page.StatusCode);
        var html = await page.Content.ReadAsStringAsync(Ct);
        Assert.Contains(words, html, StringComparison.Ordinal);
        Assert.Contains("href=\"/session/sign-in?returnUrl=%2Fapps%2Fnew\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_browser_that_keeps_no_cookies_is_told_so_when_it_signs_in(bool scripts)
    {
        await using var visit = await website.VisitAsync(scripts);
        await visit.KeepNoCookiesAsync();
        await visit.GoAsync("/apps/new");
        await visit.Page.GetByLabel("E-mail address").FillAsync(website.Consumer.Email);
        await visit.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(website.Consumer.Password);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();

        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Your browser keeps no cookies");
        await visit.SeesAsync($"Allow cookies for {website.Address}");

        // Once it keeps them, the page leads on to where he wanted to go.
        await visit.Page.UnrouteAllAsync();
        await visit.ClickAsync("Try again");
        await visit.Page.GetByLabel("E-mail address").FillAsync(website.Consumer.Email);
        await visit.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(website.Consumer.Password);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        // What the website gave it at the beginning is lost, and the next try works.
        await visit.SeesAsync("Signing in did not work");
        await visit.ClickAsync("Sign in again");
        await visit.SeesAsync("New app");
    }

    /// <summary>Without https, browsers keep our cookies for this machine's own address alone, and a sign-in at another one would never end.</summary>
    [Fact]
    public async Task Who_comes_to_another_address_of_the_machine_is_led_to_the_one_that_keeps_cookies_and_signs_in_there()
    {
        var other = NetworkInterface.GetAllNetworkInterfaces().SelectMany(network => network.GetIPProperties().UnicastAddresses).Select(known => known.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
        Assert.SkipWhen(other is null, "The machine has no other address.");
        var settings = website.SettingsOf("gateway");
        await using var gateway = await OwnProgram.StartAsync(
            website, "gateway", [.. settings.Keys.Where(name => name is "PortalSecret" || name.StartsWith("services__", StringComparison.Ordinal))],
            new Dictionary<string, string> { ["PublicUrl"] = settings["PublicUrl"] }, Ct, host: $"{other}");
        await using var visit = await website.VisitAsync();
        visit.Expected = new("The Cross-Origin-Opener-Policy header has been ignored, because the URL's origin was untrustworthy");
        await visit.GoAsync($"{gateway.Address}apps/new");
        await visit.Page.GetByLabel("E-mail address").FillAsync(website.Consumer.Email);
        await visit.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(website.Consumer.Password);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();

        await visit.SeesAsync("New app");
        Assert.Equal(new Uri(website.Address, "apps/new"), new Uri(visit.Page.Url));
    }

    [Theory]
    [InlineData("/nothing/here", 404)]
    [InlineData("/apps/018f0000-0000-7000-8000-000000000001", 404)]
    [InlineData("/catalog/018f0000-0000-7000-8000-000000000001", 404)]
    // What should be an id is none.
    [InlineData("/catalog/018f0000-0000-7000-8000-000000000001/request?plan=nonsense", 404)]
    [InlineData("/admin", 403)]
    // For whoever builds pages, where that is done.
    [InlineData("/design", 404)]
    public async Task What_is_not_there_or_not_for_him_is_a_page_that_says_what_to_do(string path, int status)
    {
        await using var visit = await website.VisitAsync();
        await visit.SignInAsync(website.Consumer);
        var response = await visit.GoAsync(path);

        Assert.Equal(status, response!.Status);
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "To the start page" })).ToBeVisibleAsync();
    }
}
