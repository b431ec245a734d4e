using System.Net;
using DevPortal.Testing;
using Xunit;

namespace DevPortal.Identity.Tests;

public sealed class WelcomeTests(Servers servers)
{
    [Fact]
    public async Task Ten_who_race_with_the_bootstrap_token_make_one_admin_and_the_page_is_gone_afterwards()
    {
        await using var app = await IdentityApp.StartAsync(servers);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(async number =>
        {
            using var browser = app.Open();
            return (await browser.SubmitAsync("/welcome", ("token", IdentityApp.BootstrapToken), ("name", "Ada"), ("email", $"ada{number}@example.org"), ("password", IdentityApp.AdminPassword))).StatusCode;
        }));
        Assert.Single(answers, HttpStatusCode.Redirect);
        Assert.Equal(9, answers.Count(status => status == HttpStatusCode.NotFound));
        Assert.Equal(1, await app.CountAsync("""select count(*) from accounts."AspNetUsers" """));
        Assert.Equal(1, await app.CountAsync("select count(*) from mt_events where type = 'first_admin_welcomed'"));
        Assert.Equal(HttpStatusCode.NotFound, (await app.Open().GetAsync("/welcome")).StatusCode);
    }

    [Fact]
    public async Task The_pages_bear_the_brand()
    {
        await using var app = await IdentityApp.StartAsync(servers, ("Brand:Name", "Harbour & Sons"), ("Brand:Logo", "/somewhere/logo.svg"), ("Brand:Accent", "#0a7d2c"), ("Brand:AccentDark", "#7fe0a0"));
        using var browser = app.Open();
        foreach (var page in new[] { "/welcome", "/sign-in", "/account/sign-out" })
        {
            var html = await (await browser.GetAsync(page)).Content.ReadAsStringAsync();
            Assert.Contains("· Harbour &amp; Sons</title>", html, StringComparison.Ordinal);
            Assert.Contains("<img src=\"/brand/logo\"", html, StringComparison.Ordinal);
            Assert.DoesNotContain("DevPortal", html, StringComparison.Ordinal);
        }

        var styles = await (await browser.GetAsync("/identity-assets/style.css")).Content.ReadAsStringAsync();
        Assert.Contains("--accent:#0a7d2c", styles, StringComparison.Ordinal);
        Assert.Contains("--accent:#7fe0a0", styles, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_token_a_short_password_or_a_bad_address_make_nobody()
    {
        await using var app = await IdentityApp.StartAsync(servers);
        using var browser = app.Open();
        Task<HttpResponseMessage> Try(string token, string email, string password) =>
            browser.SubmitAsync("/welcome", ("token", token), ("name", "Ada"), ("email", email), ("password", password));

        Assert.Equal(HttpStatusCode.Unauthorized, (await Try("wrong", "ada@example.org", IdentityApp.AdminPassword)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Try("", "ada@example.org", IdentityApp.AdminPassword)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Try(IdentityApp.BootstrapToken, "ada@example.org", "short")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Try(IdentityApp.BootstrapToken, "ada@example.org", "passwordpassword")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Try(IdentityApp.BootstrapToken, "no address", IdentityApp.AdminPassword)).StatusCode);
        Assert.Equal(0, await app.CountAsync("""select count(*) from accounts."AspNetUsers" """));

        await app.WelcomeAsync();
    }
}
