using System.Net;
using Xunit;

namespace DevPortal.Gateway.Tests;

public sealed class RequestChecksTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    readonly RunningGateway gateway = fixture.Gateway;

    [Theory]
    [InlineData("/api/catalog/s?api_key=k")]
    [InlineData("/api/catalog/s?limit=1&ACCESS_TOKEN=t")]
    [InlineData("/nothing?access_token=t")]
    public async Task A_secret_in_an_address_is_refused(string path)
    {
        using var response = await gateway.GetAsync(path);

        Assert.Equal((400, "secret-in-url"), await RunningGateway.ProblemAsync(response));
        Assert.DoesNotContain(gateway["catalog"].Requests, seen => seen.Target.StartsWith("/api/catalog/s", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_1_MiB_is_refused_whether_its_length_was_announced_or_not(bool announced)
    {
        using var body = new ByteArrayContent(new byte[(1 << 20) + 1]);
        // Who waits for "go on" sees the refusal; who does not may see the connection close while he still sends.
        (string, string)[] headers = announced ? [("Expect", "100-continue")] : [("Expect", "100-continue"), ("Transfer-Encoding", "chunked")];

        using var response = await gateway.SendAsync(HttpMethod.Post, "/api/provisioning/large", gateway.Identity.Token(GatewayFixture.Somebody), body, headers);

        Assert.Equal((413, "too-large"), await RunningGateway.ProblemAsync(response));
        // Else the next call would go over a connection that is closed as soon as the rest of this body arrives.
        Assert.True(response.Headers.ConnectionClose);
        Assert.DoesNotContain(gateway["provisioning"].Requests, seen => seen.Target == "/api/provisioning/large");
    }

    [Fact]
    public async Task A_body_of_1_MiB_goes_through()
    {
        using var body = new ByteArrayContent(new byte[1 << 20]);

        using var response = await gateway.SendAsync(HttpMethod.Post, "/api/provisioning/full", gateway.Identity.Token(GatewayFixture.Somebody), body);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
