using Xunit;

namespace DevPortal.Gateway.Tests;

public sealed class CorrelationTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    readonly RunningGateway gateway = fixture.Gateway;

    [Fact]
    public async Task A_GUID_is_kept_passed_on_and_returned()
    {
        var id = Guid.CreateVersion7().ToString();

        using var response = await gateway.GetAsync("/api/catalog/kept", headers: ("X-Correlation-Id", id));

        Assert.Equal(id, Assert.Single(response.Headers.GetValues("X-Correlation-Id")));
        Assert.Equal(id, gateway["catalog"].Requests.Single(seen => seen.Target == "/api/catalog/kept").Header("X-Correlation-Id"));
    }

    [Theory]
    [InlineData("free text")]
    [InlineData("{0195a3a4-0000-7000-8000-000000000000}")]
    [InlineData("")]
    public async Task Anything_else_is_replaced(string given)
    {
        using var response = await gateway.GetAsync("/api/catalog/products", headers: ("X-Correlation-Id", given));

        var id = Assert.Single(response.Headers.GetValues("X-Correlation-Id"));
        Assert.NotEqual(given, id);
        Assert.True(Guid.TryParseExact(id, "D", out _));
    }

    [Fact]
    public async Task The_trace_of_the_caller_goes_on()
    {
        (await gateway.GetAsync("/api/catalog/traced", headers: ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))).Dispose();

        var seen = gateway["catalog"].Requests.Single(request => request.Target == "/api/catalog/traced").Header("traceparent");
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("b7ad6b7169203331", seen, StringComparison.Ordinal);
    }
}
