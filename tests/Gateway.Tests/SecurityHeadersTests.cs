using Microsoft.AspNetCore.Http;
using Xunit;

namespace DevPortal.Gateway.Tests;

public sealed class SecurityHeadersTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    readonly RunningGateway gateway = fixture.Gateway;

    [Theory]
    [InlineData("/api/catalog/products")]
    [InlineData("/api/identity/me")]
    [InlineData("/sign-in")]
    [InlineData("/docs/")]
    [InlineData("/health")]
    [InlineData("/nothing")]
    public async Task They_are_on_every_answer(string path)
    {
        using var response = await gateway.GetAsync(path);

        Assert.Contains("frame-ancestors 'none'", Header(response, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
        Assert.Equal("strict-origin", Header(response, "Referrer-Policy"));
        Assert.Equal("same-origin", Header(response, "Cross-Origin-Opener-Policy"));
        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Scripts_in_a_page_run_nowhere_and_styles_in_a_page_only_on_the_reference_page()
    {
        using var page = await gateway.GetAsync("/sign-in");
        using var docs = await gateway.GetAsync("/docs/");

        Assert.DoesNotContain("unsafe", Header(page, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Matches("script-src 'nonce-[^']{20,}';", Header(docs, "Content-Security-Policy"));
    }

    [Fact]
    public async Task A_page_may_bring_its_own_policy()
    {
        await using var other = await RunningGateway.StartAsync(new Dictionary<string, Func<HttpContext, Task>>
        {
            ["identity"] = http =>
            {
                http.Response.Headers.ContentSecurityPolicy = "default-src 'none'";
                return Task.CompletedTask;
            },
        });

        using var response = await other.GetAsync("/sign-in");

        Assert.Equal("default-src 'none'", Header(response, "Content-Security-Policy"));
    }

    [Fact]
    public async Task Over_https_browsers_are_told_to_stay_there()
    {
        await using var secure = await RunningGateway.StartAsync(("PublicUrl", "https://developer.example.com"));

        using var response = await secure.GetAsync("/alive");

        Assert.StartsWith("max-age=", Header(response, "Strict-Transport-Security"), StringComparison.Ordinal);
    }

    static string Header(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));
}
