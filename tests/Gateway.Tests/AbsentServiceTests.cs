using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace DevPortal.Gateway.Tests;

public sealed class AbsentServiceTests
{
    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task With_one_of_two_replicas_away_every_request_succeeds(string method)
    {
        await using var gateway = await RunningGateway.StartAsync(("services:provisioning:http:1", $"http://127.0.0.1:{StubService.FreePort()}"));
        var token = gateway.Identity.Token(GatewayFixture.Somebody);

        foreach (var _ in Enumerable.Range(0, 30))
        {
            using var body = method == "POST" ? new StringContent("{}") : null;
            using var response = await gateway.SendAsync(new HttpMethod(method), "/api/provisioning/requests", token, body);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        Assert.Equal(30, gateway["provisioning"].Requests.Count);
    }

    [Fact]
    public async Task With_no_replica_left_the_answer_is_a_503_problem_that_says_when_to_come_back()
    {
        await using var gateway = await RunningGateway.StartAsync(
            ("services:catalog:http:0", $"http://127.0.0.1:{StubService.FreePort()}"), ("services:catalog:http:1", $"http://127.0.0.1:{StubService.FreePort()}"));

        using var response = await gateway.GetAsync("/api/catalog/products");

        Assert.Equal((503, "unavailable"), await RunningGateway.ProblemAsync(response));
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task What_only_reads_is_asked_of_another_replica_when_one_dies_over_it()
    {
        using var dying = new TcpListener(IPAddress.Loopback, 0);
        var accept = DieOverEachAsync(dying);
        await using var gateway = await RunningGateway.StartAsync(("services:provisioning:http:1", $"http://{dying.LocalEndpoint}"));
        var token = gateway.Identity.Token(GatewayFixture.Somebody);

        foreach (var _ in Enumerable.Range(0, 30))
        {
            using var response = await gateway.GetAsync("/api/provisioning/requests", token);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.False(accept.IsCompleted);
    }

    [Fact]
    public async Task A_request_that_a_dying_service_may_have_had_is_not_sent_again()
    {
        using var dying = new TcpListener(IPAddress.Loopback, 0);
        var accept = DieOverEachAsync(dying);
        var address = $"http://{dying.LocalEndpoint}";
        await using var gateway = await RunningGateway.StartAsync(("services:provisioning:http:0", address), ("services:provisioning:http:1", address + "/"));

        using var body = new StringContent("{}");
        using var response = await gateway.SendAsync(HttpMethod.Post, "/api/provisioning/requests", gateway.Identity.Token(GatewayFixture.Somebody), body);

        Assert.Equal((503, "unavailable"), await RunningGateway.ProblemAsync(response));
        Assert.False(accept.IsCompleted);
    }

    [Fact]
    public async Task A_service_that_comes_back_serves_at_once()
    {
        var port = StubService.FreePort();
        await using var gateway = await RunningGateway.StartAsync(("services:catalog:http:0", $"http://127.0.0.1:{port}"));
        (await gateway.GetAsync("/api/catalog/products")).Dispose();

        await using var back = await StubService.StartAsync(new Recorder("back"), port);
        using var response = await gateway.GetAsync("/api/catalog/products");

        Assert.Equal("back", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_service_that_hangs_ends_in_a_504_problem()
    {
        await using var gateway = await RunningGateway.StartAsync(
            new Dictionary<string, Func<HttpContext, Task>> { ["catalog"] = http => Task.Delay(Timeout.Infinite, http.RequestAborted) }, ("Limits:ActivityTimeout", "00:00:00.300"));

        using var response = await gateway.GetAsync("/api/catalog/products");

        Assert.Equal((504, "timed-out"), await RunningGateway.ProblemAsync(response));
    }

    [Fact]
    public async Task The_gateway_is_ready_without_the_services_and_says_which_are_away()
    {
        await using var gateway = await RunningGateway.StartAsync(("services:catalog:http:0", $"http://127.0.0.1:{StubService.FreePort()}"));
        (await gateway.GetAsync("/api/catalog/products")).Dispose();

        using var response = await gateway.GetAsync("/health");
        using var health = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var services = health.RootElement.GetProperty("checks").GetProperty("services");
        Assert.Contains("catalog", services.GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Equal("0 of 1", services.GetProperty("data").GetProperty("catalog").GetString());
        Assert.Equal("1 of 1", services.GetProperty("data").GetProperty("provisioning").GetString());
    }

    /// <summary>A service that reads each request and is gone before it answers.</summary>
    static Task DieOverEachAsync(TcpListener dying)
    {
        dying.Start();
        return Task.Run(async () =>
        {
            while (true)
            {
                using var connection = await dying.AcceptTcpClientAsync();
                _ = await connection.GetStream().ReadAsync(new byte[4096]);
            }
        });
    }
}
