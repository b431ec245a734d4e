using System.Net;
using DevPortal.Testing;
using Xunit;

namespace DevPortal.Gateway.Tests;

public sealed class CallersTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    readonly RunningGateway gateway = fixture.Gateway;

    [Theory]
    [InlineData("GET", "/api/identity/me")]
    [InlineData("GET", "/api/provisioning/requests")]
    [InlineData("GET", "/api/credentials/apps")]
    [InlineData("GET", "/api/sync/runs")]
    [InlineData("POST", "/api/catalog/products")]
    [InlineData("DELETE", "/api/catalog/products/1")]
    public async Task Without_a_token_nothing_goes_through(string method, string path)
    {
        using var response = await gateway.SendAsync(new HttpMethod(method), path);

        Assert.Equal((401, "not-signed-in"), await RunningGateway.ProblemAsync(response));
        Assert.Contains(response.Headers.WwwAuthenticate, challenge => challenge.Scheme == "Bearer");
    }

    [Fact]
    public async Task The_catalog_is_browsed_without_a_token()
    {
        using var response = await gateway.GetAsync("/api/catalog/products");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_valid_token_goes_on_to_the_service()
    {
        var token = gateway.Identity.Token(GatewayFixture.Somebody);

        using var response = await gateway.GetAsync("/api/provisioning/requests?mine", token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Bearer " + token, gateway["provisioning"].Requests.Single(seen => seen.Target.EndsWith("?mine", StringComparison.Ordinal)).Header("Authorization"));
    }

    [Fact]
    public async Task A_token_that_is_not_good_is_refused_also_where_none_is_needed()
    {
        await using var stranger = await TestIdentity.StartAsync();
        var expired = gateway.Identity.Token(GatewayFixture.Somebody, lifetime: TimeSpan.FromMinutes(-1));
        var unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0." + expired.Split('.')[1] + ".";

        foreach (var token in new[] { expired, unsigned, "abc", "", stranger.Token(GatewayFixture.Somebody) })
        {
            foreach (var path in new[] { "/api/catalog/products", "/api/identity/me" })
            {
                using var response = await gateway.GetAsync(path, token);
                Assert.Equal((401, "invalid-token"), await RunningGateway.ProblemAsync(response));
            }
        }
    }

    [Fact]
    public async Task While_identity_is_away_a_token_is_neither_believed_nor_called_wrong()
    {
        await using var lonely = await RunningGateway.StartAsync(("services:identity:http:0", $"http://127.0.0.1:{StubService.FreePort()}"));

        using var response = await lonely.GetAsync("/api/provisioning/requests", lonely.Identity.Token(GatewayFixture.Somebody));

        Assert.Equal((503, "unavailable"), await RunningGateway.ProblemAsync(response));
        Assert.Empty(lonely["provisioning"].Requests);
    }

    [Fact]
    public async Task While_identity_hangs_a_crowd_of_callers_does_not_wait_for_one_another()
    {
        await using var hanging = await StubService.StartAsync(new Recorder("hanging", http => Task.Delay(Timeout.Infinite, http.RequestAborted)));
        await using var lonely = await RunningGateway.StartAsync(("services:identity:http:0", hanging.Address));
        var token = lonely.Identity.Token(GatewayFixture.Somebody);
        var start = TimeProvider.System.GetTimestamp();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => lonely.GetAsync("/api/provisioning/requests", token)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode));
        // One after the other it would be a minute at least.
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0, 30);
        foreach (var answer in answers) answer.Dispose();
    }
}
