using System.Net;
using Xunit;

namespace DevPortal.TykStandIn.Tests;

/// <summary>What time does to limits, and the key settings that no recording plays.</summary>
public sealed class DataPlaneTests
{
    readonly MovableClock clock = new();

    [Fact]
    public async Task The_rate_is_a_rolling_window()
    {
        await using var standIn = await StandIn.StartAsync(new() { Secret = "s3cret" }, clock);
        using var tyk = new Operator(standIn);
        await tyk.SetUp(rate: 2);
        await tyk.CreateKey("some-key");

        Assert.Equal(HttpStatusCode.OK, await Call(tyk));
        clock.Pass(TimeSpan.FromSeconds(40));
        Assert.Equal(HttpStatusCode.OK, await Call(tyk));
        Assert.Equal(HttpStatusCode.TooManyRequests, await Call(tyk));

        // The first call has left the window; the refused one has not.
        clock.Pass(TimeSpan.FromSeconds(30));
        Assert.Equal(HttpStatusCode.TooManyRequests, await Call(tyk));
        clock.Pass(TimeSpan.FromSeconds(61));
        Assert.Equal(HttpStatusCode.OK, await Call(tyk));
    }

    [Fact]
    public async Task A_used_up_quota_is_whole_again_in_the_next_period()
    {
        await using var standIn = await StandIn.StartAsync(new() { Secret = "s3cret" }, clock);
        using var tyk = new Operator(standIn);
        await tyk.SetUp(quota: 1);
        await tyk.CreateKey("some-key");

        Assert.Equal(HttpStatusCode.OK, await Call(tyk));
        Assert.Equal(HttpStatusCode.Forbidden, await Call(tyk));
        clock.Pass(TimeSpan.FromSeconds(3601));
        Assert.Equal(HttpStatusCode.OK, await Call(tyk));
    }

    [Fact]
    public async Task With_a_session_cache_a_deleted_key_works_on_for_ten_seconds()
    {
        await using var standIn = await StandIn.StartAsync(new() { Secret = "s3cret", SessionCache = true }, clock);
        using var tyk = new Operator(standIn);
        await tyk.SetUp();
        var hash = await tyk.CreateKey("some-key");
        Assert.Equal(HttpStatusCode.OK, await Call(tyk));

        (await tyk.Delete($"/tyk/keys/{hash}?hashed=1")).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.OK, await Call(tyk));
        clock.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(HttpStatusCode.Forbidden, await Call(tyk));
        Assert.Empty(standIn.Keys);
    }

    [Theory]
    [InlineData(HashFunction.Legacy, 8)]
    [InlineData(HashFunction.Murmur32, 8)]
    [InlineData(HashFunction.Murmur64, 16)]
    [InlineData(HashFunction.Murmur128, 32)]
    [InlineData(HashFunction.Sha256, 64)]
    public async Task Each_hash_function_has_its_length(HashFunction function, int digits)
    {
        await using var standIn = await StandIn.StartAsync(new() { Secret = "s3cret", Hash = function });
        using var tyk = new Operator(standIn);
        await tyk.SetUp();

        Assert.Equal(digits, (await tyk.CreateKey("some-key")).Length);
        Assert.Equal(HttpStatusCode.OK, await Call(tyk));
    }

    static async Task<HttpStatusCode> Call(Operator tyk) => (await tyk.Call("some-key")).StatusCode;
}
