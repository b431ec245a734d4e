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

    const string Trace = "00-0af7651916cd43dd8448eb211c80319c", Span = "b7ad6b7169203331";

    [Fact]
    public async Task The_trace_of_the_caller_goes_on()
    {
        var spans = Path.GetTempFileName();
        await using (var traced = await RunningGateway.StartAsync(("Telemetry:SpanFile", spans)))
        {
            var seen = await SeenAsync(traced);
            Assert.StartsWith(Trace, seen, StringComparison.Ordinal);
            Assert.DoesNotContain(Span, seen, StringComparison.Ordinal);
        }

        File.Delete(spans);
    }

    [Fact]
    public async Task And_as_it_came_where_nobody_reads_spans() => Assert.Equal($"{Trace}-{Span}-01", await SeenAsync(gateway));

    static async Task<string?> SeenAsync(RunningGateway gateway)
    {
        (await gateway.GetAsync("/api/catalog/traced", headers: ("traceparent", $"{Trace}-{Span}-01"))).Dispose();
        return gateway["catalog"].Requests.Single(request => request.Target == "/api/catalog/traced").Header("traceparent");
    }
}
