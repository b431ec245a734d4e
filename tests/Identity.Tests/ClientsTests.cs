using System.Net;
using DevPortal.Testing;
using Xunit;

namespace DevPortal.Identity.Tests;

public sealed class ClientsTests(Servers servers)
{
    const string Back = "http://localhost:5173/", Elsewhere = "https://app.example.com/callback";

    static readonly (string, string)[] Frontend =
        [("Clients:frontend:RedirectUris", $"{Back}, {Elsewhere}"), ("Clients:frontend:Origins", "http://localhost:5173,https://app.example.com")];

    [Fact]
    public async Task A_configured_front_end_signs_people_in_with_a_code_and_PKCE_and_refreshes_its_tokens()
    {
        await using var app = await IdentityApp.StartAsync(servers, Frontend);
        await app.WelcomeAsync();
        using var browser = app.Open();
        await browser.SignInAsync(IdentityApp.AdminEmail, IdentityApp.AdminPassword);

        foreach (var address in new[] { Back, Elsewhere })
        {
            var verifier = Browser.NewVerifier();
            var answer = await browser.GetAsync(Browser.AuthorizeUrl(verifier, "frontend", address));
            Assert.StartsWith(address + "?", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
            var (tokens, error) = await browser.TokensAsync(new()
            {
                ["grant_type"] = "authorization_code",
                ["client_id"] = "frontend",
                ["code"] = Browser.CodeOf(answer),
                ["redirect_uri"] = address,
                ["code_verifier"] = verifier,
            });
            Assert.Null(error);
            using var client = app.As(tokens!.AccessToken);
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/identity/me")).StatusCode);
            var (refreshed, _) = await browser.TokensAsync(new() { ["grant_type"] = "refresh_token", ["client_id"] = "frontend", ["refresh_token"] = tokens.RefreshToken });
            Assert.NotNull(refreshed);
        }
    }

    [Theory]
    [InlineData("http://localhost:5173/other", "S256")]
    [InlineData("http://localhost:5174/", "S256")]
    [InlineData(Back, "plain")]
    public async Task Another_address_and_a_code_without_PKCE_are_refused(string redirect, string method)
    {
        await using var app = await IdentityApp.StartAsync(servers, Frontend);
        using var browser = app.Open();

        var answer = await browser.GetAsync(Browser.AuthorizeUrl(Browser.NewVerifier(), "frontend", redirect).Replace("S256", method, StringComparison.Ordinal));

        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest || answer.Headers.Location!.Query.Contains("error=invalid_request", StringComparison.Ordinal), $"{answer.StatusCode} {answer.Headers.Location}");
    }

    [Fact]
    public async Task A_front_end_that_is_no_longer_configured_is_forgotten_and_one_without_addresses_is_not_there()
    {
        await using var first = await IdentityApp.StartAsync(servers, Frontend);
        Assert.Equal(1, await CountAsync(first));

        await using var second = await IdentityApp.StartAsync(first.Database, first.Broker, ("Clients:frontend:RedirectUris", ""), ("Clients:frontend:Origins", ""));

        Assert.Equal(0, await CountAsync(second));

        static Task<long> CountAsync(IdentityApp app) => app.CountAsync("""select count(*) from accounts."OpenIddictApplications" where "ClientId" = 'frontend'""");
    }

    [Theory]
    [InlineData("Clients:frontend:RedirectUris", "http://app.example.com/callback")]
    [InlineData("Clients:frontend:RedirectUris", "https://app.example.com/#callback")]
    [InlineData("Clients:frontend:RedirectUris", "https://*.example.com/")]
    [InlineData("Clients:frontend:RedirectUris", "javascript:alert(1)")]
    [InlineData("Clients:frontend:Origins", "https://app.example.com/")]
    [InlineData("Clients:frontend:Origins", "*")]
    [InlineData("Clients:frontend:Origins", "null")]
    [InlineData("Clients:devportal-portal:RedirectUris", "https://app.example.com/callback")]
    public async Task What_is_no_safe_address_or_an_id_of_ours_stops_the_start_and_is_named(string key, string value)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => IdentityApp.StartAsync("Host=nowhere", "amqp://nowhere", (key, value)));

        Assert.Contains(key[..key.LastIndexOf(':')], failure.ToString(), StringComparison.Ordinal);
    }
}
