using Xunit;

namespace DevPortal.Gateway.Tests;

public sealed class EnvelopeTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    static readonly (string, string)[] Claims =
    [
        ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Prefix", "/x"),
        ("X-Original-For", "203.0.113.7"), ("X-User", "admin"), ("X-User-Id", "1"), ("Forwarded", "for=203.0.113.7"), ("X-Tyk-Authorization", "secret"), ("X-Real-Ip", "203.0.113.7"),
    ];

    readonly RunningGateway gateway = fixture.Gateway;

    [Fact]
    public async Task What_outsiders_claim_about_themselves_is_dropped_although_the_switch_of_the_manifest_believes_it()
    {
        (await gateway.GetAsync("/api/catalog/claims", headers: Claims)).Dispose();

        var seen = gateway["catalog"].Requests.Single(request => request.Target == "/api/catalog/claims");
        Assert.Equal("127.0.0.1", seen.Header("X-Forwarded-For"));
        Assert.Equal("localhost", seen.Header("X-Forwarded-Host"));
        Assert.Equal("http", seen.Header("X-Forwarded-Proto"));
        Assert.Equal("localhost", seen.Header("Host"));
        Assert.All(["X-Forwarded-Prefix", "X-Original-For", "X-User", "X-User-Id", "Forwarded", "X-Tyk-Authorization", "X-Real-Ip"], name => Assert.Null(seen.Header(name)));
    }

    [Fact]
    public async Task A_configured_proxy_is_believed_about_the_client()
    {
        await using var behind = await RunningGateway.StartAsync(("TrustedProxies", "127.0.0.0/8, ::ffff:127.0.0.0/104"));

        (await behind.GetAsync("/api/catalog/products", headers: Claims)).Dispose();

        Assert.Equal("203.0.113.7", behind["catalog"].Last.Header("X-Forwarded-For"));
    }

    [Fact]
    public async Task A_proxy_of_another_network_is_not_believed()
    {
        await using var behind = await RunningGateway.StartAsync(("TrustedProxies", "10.0.0.0/8"));

        (await behind.GetAsync("/api/catalog/products", headers: Claims)).Dispose();

        Assert.Equal("127.0.0.1", behind["catalog"].Last.Header("X-Forwarded-For"));
    }

    [Fact]
    public async Task A_network_that_can_not_be_read_stops_the_start()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => RunningGateway.StartAsync(("TrustedProxies", "everybody")));

        Assert.Contains("TrustedProxies", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cookies_go_to_the_pages_of_identity_only()
    {
        var token = gateway.Identity.Token(GatewayFixture.Somebody);
        foreach (var path in new[] { "/api/catalog/c", "/api/identity/c", "/sign-in/c", "/connect/authorize/c", "/account/c", "/welcome/c" })
            (await gateway.GetAsync(path, token, ("Cookie", "session=1"))).Dispose();

        Assert.Null(gateway["catalog"].Requests.Single(seen => seen.Target == "/api/catalog/c").Header("Cookie"));
        var identity = gateway["identity"].Requests.Where(seen => seen.Target.EndsWith("/c", StringComparison.Ordinal)).ToDictionary(seen => seen.Target, seen => seen.Header("Cookie"));
        Assert.Null(identity["/api/identity/c"]);
        Assert.Equal(4, identity.Count(seen => seen.Value == "session=1"));
    }

    [Fact]
    public async Task Identity_and_the_portal_each_see_their_own_cookies()
    {
        var cookies = ("Cookie", "__Host-devportal-session=1; __Host-portal=2; other=3; __Host-portal-antiforgery=4");
        (await gateway.GetAsync("/sign-in/own", null, cookies)).Dispose();
        (await gateway.GetAsync("/own", null, cookies)).Dispose();

        Assert.Equal("__Host-devportal-session=1; other=3", gateway["identity"].Requests.Single(seen => seen.Target == "/sign-in/own").Header("Cookie"));
        Assert.Equal("__Host-portal=2; __Host-portal-antiforgery=4", gateway["portal"].Requests.Single(seen => seen.Target == "/own").Header("Cookie"));
    }

    [Fact]
    public async Task The_portal_is_believed_about_its_visitor_and_nobody_else_is()
    {
        (await gateway.GetAsync("/api/catalog/proven", headers: [("X-Portal-Proof", RunningGateway.PortalSecret), ("X-Portal-Visitor", "203.0.113.7")])).Dispose();
        (await gateway.GetAsync("/api/catalog/guessed", headers: [("X-Portal-Proof", "a-guess"), ("X-Portal-Visitor", "203.0.113.7")])).Dispose();

        var proven = gateway["catalog"].Requests.Single(seen => seen.Target == "/api/catalog/proven");
        Assert.Equal("203.0.113.7", proven.Header("X-Forwarded-For"));
        Assert.Null(proven.Header("X-Portal-Proof"));
        Assert.Null(proven.Header("X-Portal-Visitor"));
        Assert.Equal("127.0.0.1", gateway["catalog"].Requests.Single(seen => seen.Target == "/api/catalog/guessed").Header("X-Forwarded-For"));
    }

    [Fact]
    public async Task The_API_sets_no_cookie()
    {
        await using var other = await RunningGateway.StartAsync(new Dictionary<string, Func<Microsoft.AspNetCore.Http.HttpContext, Task>>
        {
            ["catalog"] = SetCookie,
            ["identity"] = SetCookie,
        });

        using var api = await other.GetAsync("/api/catalog/products");
        using var page = await other.GetAsync("/sign-in");

        Assert.False(api.Headers.Contains("Set-Cookie"));
        Assert.True(page.Headers.Contains("Set-Cookie"));

        static Task SetCookie(Microsoft.AspNetCore.Http.HttpContext http)
        {
            http.Response.Headers.SetCookie = "a=1";
            return Task.CompletedTask;
        }
    }
}
