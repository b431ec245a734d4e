using System.Net;
using Xunit;

namespace DevPortal.Gateway.Tests;

public sealed class LimitsTests
{
    static readonly (string, string)[] Tight =
    [
        ("Limits:Caller:Burst", "5"), ("Limits:Caller:PerSecond", "1"), ("Limits:SignIn:Burst", "2"), ("Limits:SignIn:PerSecond", "1"),
    ];

    [Fact]
    public async Task Over_the_limit_of_a_caller_the_answer_is_429_and_says_how_long_to_wait()
    {
        await using var gateway = await RunningGateway.StartAsync(Tight);

        using var refused = await FirstRefusedAsync(() => gateway.GetAsync("/api/catalog/products"));

        Assert.Equal((429, "too-many-requests"), await RunningGateway.ProblemAsync(refused));
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
    }

    [Fact]
    public async Task Each_subject_has_an_allowance_of_his_own()
    {
        await using var gateway = await RunningGateway.StartAsync(Tight);
        var (one, other) = (gateway.Identity.Token(Guid.CreateVersion7()), gateway.Identity.Token(Guid.CreateVersion7()));

        (await FirstRefusedAsync(() => gateway.GetAsync("/api/credentials/apps", one))).Dispose();
        using var answer = await gateway.GetAsync("/api/credentials/apps", other);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_forged_address_brings_no_new_allowance()
    {
        await using var gateway = await RunningGateway.StartAsync(Tight);
        var last = 0;

        using var refused = await FirstRefusedAsync(() => gateway.GetAsync("/api/catalog/products", headers: ("X-Forwarded-For", $"203.0.113.{++last}")));

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
    }

    [Theory]
    [InlineData("/connect/token")]
    [InlineData("/sign-in")]
    [InlineData("/welcome")]
    [InlineData("/account/links/x")]
    public async Task Where_passwords_and_links_are_tried_the_limit_is_stricter(string path)
    {
        await using var gateway = await RunningGateway.StartAsync(("Limits:SignIn:Burst", "2"), ("Limits:SignIn:PerSecond", "1"));

        using var refused = await FirstRefusedAsync(() => gateway.SendAsync(HttpMethod.Post, path));
        using var elsewhere = await gateway.GetAsync("/api/catalog/products");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, elsewhere.StatusCode);
    }

    [Fact]
    public async Task Probes_are_never_limited()
    {
        await using var gateway = await RunningGateway.StartAsync(Tight);

        foreach (var _ in Enumerable.Range(0, 30))
        {
            using var alive = await gateway.GetAsync("/alive");
            Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        }
    }

    internal static async Task<HttpResponseMessage> FirstRefusedAsync(Func<Task<HttpResponseMessage>> call)
    {
        for (var tries = 0; tries < 60; tries++)
        {
            var response = await call();
            if (response.StatusCode == HttpStatusCode.TooManyRequests) return response;
            response.Dispose();
        }
        throw new InvalidOperationException("Sixty calls in a row were let through.");
    }
}
