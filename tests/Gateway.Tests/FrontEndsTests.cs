using System.Net;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace DevPortal.Gateway.Tests;

public sealed class FrontEndsTests(FrontEndsTests.Configured configured) : IClassFixture<FrontEndsTests.Configured>
{
    const string Origin = "https://app.example.com";

    readonly RunningGateway gateway = configured.Gateway;

    /// <summary>A gateway that knows two front ends.</summary>
    public sealed class Configured : IAsyncLifetime
    {
        internal RunningGateway Gateway { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Gateway = await RunningGateway.StartAsync(
            ("Clients:one:Origins", Origin), ("Clients:one:RedirectUris", "https://app.example.com/callback"), ("Clients:two:Origins", "http://localhost:5173, https://two.example.com"));

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }

    [Theory]
    [InlineData("/api/provisioning/requests")]
    [InlineData("/api/nothing")]
    [InlineData("/connect/token")]
    [InlineData("/.well-known/openid-configuration")]
    public async Task A_preflight_is_answered_without_a_token_and_reaches_no_service(string path)
    {
        using var answer = await PreflightAsync(path, Origin);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(Origin, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal(["authorization", "content-type", "idempotency-key", "if-match"], Header(answer, "Access-Control-Allow-Headers")!.ToLowerInvariant().Split(',').Order());
        Assert.Contains("POST", Header(answer, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.DoesNotContain(gateway["provisioning"].Requests.Concat(gateway["identity"].Requests), seen => seen.Method == "OPTIONS" && seen.Path == path);
    }

    [Theory]
    [InlineData("https://evil.example.com", "/api/provisioning/requests")]
    [InlineData("http://app.example.com", "/api/provisioning/requests")]
    [InlineData("https://app.example.com:8443", "/api/provisioning/requests")]
    [InlineData("https://sub.app.example.com", "/api/provisioning/requests")]
    [InlineData("null", "/api/provisioning/requests")]
    [InlineData(Origin, "/sign-in")]
    [InlineData(Origin, "/connect/authorize")]
    [InlineData(Origin, "/account/link")]
    [InlineData(Origin, "/health")]
    public async Task Other_origins_and_pages_get_no_leave(string origin, string path)
    {
        using var preflight = await PreflightAsync(path, origin);
        using var call = await gateway.GetAsync(path, null, ("Origin", origin));

        Assert.Null(Header(preflight, "Access-Control-Allow-Origin"));
        Assert.Null(Header(call, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task An_answer_may_be_read_with_the_headers_that_a_front_end_needs()
    {
        using var answer = await gateway.GetAsync("/api/catalog/products", gateway.Identity.Token(GatewayFixture.Somebody), ("Origin", "http://localhost:5173"));

        Assert.Equal("http://localhost:5173", Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal(["ETag", "Location", "Retry-After", "X-Correlation-Id"], Header(answer, "Access-Control-Expose-Headers")!.Split(',', StringSplitOptions.TrimEntries).Order());
        Assert.Contains("Origin", answer.Headers.Vary);
    }

    [Fact]
    public async Task Cookies_are_never_asked_for()
    {
        using var preflight = await PreflightAsync("/api/identity/me", Origin);
        using var answer = await gateway.GetAsync("/api/catalog/products", null, ("Origin", Origin), ("Cookie", "a=b"));

        Assert.Null(Header(preflight, "Access-Control-Allow-Credentials"));
        Assert.Null(Header(answer, "Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("/api/provisioning/requests", 401)]
    [InlineData("/api/catalog/products?access_token=x", 400)]
    [InlineData("/api/nothing", 404)]
    public async Task A_refusal_may_be_read_too(string path, int status)
    {
        using var answer = await gateway.GetAsync(path, null, ("Origin", Origin));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(Origin, Header(answer, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_service_that_is_away_and_too_many_calls_may_be_read_too()
    {
        await using var lonely = await RunningGateway.StartAsync(
            ("Clients:one:Origins", Origin), ("services:catalog:http:0", $"http://127.0.0.1:{StubService.FreePort()}"), ("Limits:Caller:Burst", "1"), ("Limits:Caller:PerSecond", "1"));

        using var away = await lonely.GetAsync("/api/catalog/products", null, ("Origin", Origin));
        using var limited = await lonely.GetAsync("/api/catalog/products", null, ("Origin", Origin));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, away.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, limited.StatusCode);
        Assert.All([away, limited], answer => Assert.Equal(Origin, Header(answer, "Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task Services_say_nothing_about_origins_of_their_own()
    {
        await using var talkative = await RunningGateway.StartAsync(new Dictionary<string, Func<HttpContext, Task>>
        {
            ["catalog"] = http =>
            {
                http.Response.Headers.Vary = "Accept-Encoding";
                return Task.CompletedTask;
            },
        }, ("Clients:one:Origins", Origin));

        using var answer = await talkative.GetAsync("/api/catalog/products", null, ("Origin", Origin));

        Assert.Equal(["Accept-Encoding", "Origin"], answer.Headers.Vary.Order());
    }

    [Fact]
    public async Task The_sign_in_form_may_lead_to_the_front_ends_and_nowhere_else()
    {
        using var page = await gateway.GetAsync("/sign-in");

        Assert.Contains("form-action 'self' http://127.0.0.1:* https://app.example.com;", Header(page, "Content-Security-Policy"), StringComparison.Ordinal);
    }

    Task<HttpResponseMessage> PreflightAsync(string path, string origin) => gateway.SendAsync(
        HttpMethod.Options, path, null, null,
        ("Origin", origin), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization,content-type,if-match,idempotency-key"));

    static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? Assert.Single(values) : null;
}
