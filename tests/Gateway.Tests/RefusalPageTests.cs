using System.Net;
using Xunit;

namespace DevPortal.Gateway.Tests;

public sealed class RefusalPageTests
{
    static readonly (string, string) Page = ("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");

    [Fact]
    public async Task A_person_over_the_limit_gets_a_page_that_says_what_to_do()
    {
        await using var gateway = await RunningGateway.StartAsync(("Limits:Caller:Burst", "1"), ("Limits:Caller:PerSecond", "1"));

        using var refused = await LimitsTests.FirstRefusedAsync(() => gateway.GetAsync("/catalog", headers: Page));
        using var looks = await gateway.GetAsync("/refused.css");

        var html = await HtmlAsync(refused, HttpStatusCode.TooManyRequests);
        Assert.Contains("Too much at once", html, StringComparison.Ordinal);
        Assert.Contains("href=\"\">Try again", html, StringComparison.Ordinal);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, looks.StatusCode);
    }

    [Fact]
    public async Task What_a_person_typed_over_the_limit_can_be_sent_again()
    {
        await using var gateway = await RunningGateway.StartAsync(("Limits:Caller:Burst", "1"), ("Limits:Caller:PerSecond", "1"));

        using var refused = await LimitsTests.FirstRefusedAsync(() => gateway.SendAsync(HttpMethod.Post, "/apps/new", body: Typed(), headers: Page));

        Assert.Contains("name=\"Reason\" value=\"Typed &quot;&gt;&lt;b&gt;\"", await HtmlAsync(refused, HttpStatusCode.TooManyRequests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_person_typed_while_the_website_is_away_can_be_sent_again()
    {
        await using var gateway = await RunningGateway.StartAsync(("services:portal:http:0", $"http://127.0.0.1:{StubService.FreePort()}"));

        using var away = await gateway.SendAsync(HttpMethod.Post, "/apps/new", body: Typed(), headers: Page);

        var html = await HtmlAsync(away, HttpStatusCode.ServiceUnavailable);
        Assert.Contains("Away for a moment", html, StringComparison.Ordinal);
        Assert.Contains("name=\"Reason\" value=\"Typed &quot;&gt;&lt;b&gt;\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_that_cannot_be_read_is_refused_like_any_other()
    {
        await using var gateway = await RunningGateway.StartAsync(("services:portal:http:0", $"http://127.0.0.1:{StubService.FreePort()}"));

        using var away = await gateway.SendAsync(HttpMethod.Post, "/apps/new", body: new FormUrlEncodedContent(Enumerable.Range(0, 5_000).Select(n => KeyValuePair.Create($"f{n}", "x"))), headers: Page);

        Assert.Contains("Away for a moment", await HtmlAsync(away, HttpStatusCode.ServiceUnavailable), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_is_not_repeated()
    {
        await using var gateway = await RunningGateway.StartAsync(("Limits:SignIn:Burst", "1"), ("Limits:SignIn:PerSecond", "1"));

        using var refused = await LimitsTests.FirstRefusedAsync(() => gateway.SendAsync(HttpMethod.Post, "/sign-in", body: Typed(), headers: Page));

        Assert.DoesNotContain("Typed", await HtmlAsync(refused, HttpStatusCode.TooManyRequests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_API_answers_a_browser_in_JSON_too()
    {
        await using var gateway = await RunningGateway.StartAsync(("services:catalog:http:0", $"http://127.0.0.1:{StubService.FreePort()}"));

        using var away = await gateway.GetAsync("/api/catalog/products", headers: Page);

        Assert.Equal((503, "unavailable"), await RunningGateway.ProblemAsync(away));
    }

    static FormUrlEncodedContent Typed() => new(new Dictionary<string, string> { ["Reason"] = "Typed \"><b>" });

    static async Task<string> HtmlAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Contains("style-src 'self'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
