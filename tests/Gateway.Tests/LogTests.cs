using Xunit;

namespace DevPortal.Gateway.Tests;

public sealed class LogTests
{
    [Fact]
    public async Task No_one_time_link_and_no_token_is_in_the_log_even_where_everything_is_logged()
    {
        const string Link = "canary-of-a-link", Token = "canary-of-a-token";
        await using var gateway = await RunningGateway.StartAsync(
            ("Logging:LogLevel:Default", "Trace"), ("services:catalog:http:0", $"http://127.0.0.1:{StubService.FreePort()}"));

        (await gateway.GetAsync($"/account/link?token={Link}")).Dispose();
        (await gateway.GetAsync($"/api/catalog/products?q={Link}")).Dispose();
        (await gateway.GetAsync($"/api/catalog/products?access_token={Token}")).Dispose();
        (await gateway.GetAsync("/api/identity/me", Token)).Dispose();

        Assert.Contains(gateway["identity"].Requests, seen => seen.Target.Contains(Link, StringComparison.Ordinal));
        Assert.NotEmpty(gateway.Log);
        Assert.DoesNotContain(gateway.Log, line => line.Contains(Link, StringComparison.Ordinal) || line.Contains(Token, StringComparison.Ordinal));
    }
}
