using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace DevPortal.Gateway.Tests;

public sealed class RoutesTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    readonly RunningGateway gateway = fixture.Gateway;

    [Theory]
    [InlineData("/api/identity/me", "identity")]
    [InlineData("/api/catalog/products?limit=5&cursor=a%2Fb", "catalog")]
    [InlineData("/api/provisioning/requests/1/history", "provisioning")]
    [InlineData("/api/credentials/apps", "credentials")]
    [InlineData("/api/sync/runs", "tyk-sync")]
    [InlineData("/connect/authorize?client_id=devportal-cli", "identity")]
    [InlineData("/.well-known/openid-configuration", "identity")]
    [InlineData("/welcome", "identity")]
    [InlineData("/sign-in", "identity")]
    [InlineData("/account/links/abc", "identity")]
    [InlineData("/identity-assets/site.css", "identity")]
    [InlineData("/", "portal")]
    [InlineData("/catalog/018f0000-0000-7000-8000-000000000001?from=home", "portal")]
    [InlineData("/apis/catalog", "portal")]
    public async Task A_path_reaches_its_service_as_it_came(string path, string service)
    {
        using var response = await gateway.GetAsync(path, gateway.Identity.Token(GatewayFixture.Somebody));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(service, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Contains(gateway[service].Requests, seen => seen.Target == path);
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("catalog")]
    [InlineData("provisioning")]
    [InlineData("credentials")]
    [InlineData("tyk-sync")]
    public async Task Each_OpenAPI_document_comes_from_its_service(string service)
    {
        using var response = await gateway.GetAsync($"/openapi/{service}.json");

        Assert.Equal(service, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Contains(gateway[service].Requests, seen => seen.Target == "/openapi/v1.json");
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/api/unknown/things")]
    [InlineData("/openapi/portal.json")]
    [InlineData("/openapi/v1.json")]
    public async Task Any_other_path_of_the_API_is_a_404_problem(string path)
    {
        using var response = await gateway.GetAsync(path, gateway.Identity.Token(GatewayFixture.Somebody));

        Assert.Equal((404, "not-found"), await RunningGateway.ProblemAsync(response));
    }

    [Fact]
    public async Task The_reference_page_names_every_document_and_loads_nothing_from_elsewhere()
    {
        using var response = await gateway.GetAsync("/docs/");
        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.All(Routes.Services, service => Assert.Contains($"openapi/{service}.json", page, StringComparison.Ordinal));
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", page);
        var scripts = Regex.Matches(page, "<script[^>]* src=\"([^\"]+)\"").Select(match => match.Groups[1].Value).ToArray();
        Assert.NotEmpty(scripts);
        foreach (var script in scripts)
        {
            using var file = await gateway.GetAsync("/docs/" + script);
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        }
    }
}
