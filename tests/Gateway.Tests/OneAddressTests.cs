using System.Net;
using Xunit;

namespace DevPortal.Gateway.Tests;

public sealed class OneAddressTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    readonly RunningGateway gateway = fixture.Gateway;

    [Theory]
    [InlineData("/sign-in?returnUrl=%2Fx")]
    [InlineData("/account/links/abc")]
    [InlineData("/welcome")]
    [InlineData("/docs")]
    public async Task A_page_under_another_host_is_at_home(string path)
    {
        using var response = await gateway.GetAsync(path, headers: ("Host", "evil.example"));

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("http://localhost" + path, response.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task A_form_sent_to_another_host_is_refused()
    {
        using var response = await gateway.SendAsync(HttpMethod.Post, "/sign-in", headers: ("Host", "evil.example"));

        Assert.Equal((421, "other-address"), await RunningGateway.ProblemAsync(response));
    }

    [Fact]
    public async Task The_API_answers_under_any_host()
    {
        using var response = await gateway.GetAsync("/api/catalog/products", headers: ("Host", "gateway.internal"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
