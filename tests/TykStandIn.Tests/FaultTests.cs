using System.Diagnostics;
using System.Net;
using Xunit;

namespace DevPortal.TykStandIn.Tests;

public sealed class FaultTests
{
    [Fact]
    public async Task Error_500_does_nothing_and_ends_after_its_count()
    {
        await using var standIn = await StartAsync();
        using var tyk = await Ready(standIn);
        await standIn.Faults.SwitchOnAsync(new() { Kind = FaultKind.Error500, Match = CallKind.Create, Count = 1 });

        Assert.Equal(HttpStatusCode.InternalServerError, (await tyk.Post("/tyk/keys/first-key", Operator.Session())).StatusCode);
        Assert.Empty(standIn.Keys);

        await tyk.CreateKey("first-key");
        Assert.Equal(FaultKind.None, standIn.Faults.Current.Kind);
        Assert.Equal(2, standIn.Calls[CallKind.Create]);
    }

    [Fact]
    public async Task A_fault_aimed_at_deletes_leaves_the_rest_alone()
    {
        await using var standIn = await StartAsync();
        using var tyk = await Ready(standIn);
        await standIn.Faults.SwitchOnAsync(new() { Kind = FaultKind.Error500, Match = CallKind.Delete });

        var hash = await tyk.CreateKey("some-key");
        Assert.Equal(HttpStatusCode.InternalServerError, (await tyk.Delete($"/tyk/keys/{hash}?hashed=1")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await tyk.Get($"/tyk/keys/{hash}?hashed=1")).StatusCode);
        Assert.Equal(1, standIn.Faults.Hits);
    }

    [Fact]
    public async Task A_lost_answer_leaves_the_deed_done()
    {
        await using var standIn = await StartAsync();
        using var tyk = await Ready(standIn);
        await standIn.Faults.SwitchOnAsync(new() { Kind = FaultKind.LostAnswer, Match = CallKind.Create, Count = 1 });

        await Assert.ThrowsAsync<HttpRequestException>(() => tyk.Post("/tyk/keys/some-key", Operator.Session()));

        Assert.Equal("cred-5", Assert.Single(standIn.Keys).MetaData["CredentialID"]);
        Assert.Equal(HttpStatusCode.OK, (await tyk.Call("some-key")).StatusCode);
    }

    [Fact]
    public async Task A_timeout_gives_no_answer_and_does_nothing()
    {
        await using var standIn = await StartAsync();
        using var tyk = await Ready(standIn);
        await standIn.Faults.SwitchOnAsync(new() { Kind = FaultKind.Timeout, Match = CallKind.Create, DelayMs = 300 });

        await Assert.ThrowsAsync<HttpRequestException>(() => tyk.Post("/tyk/keys/some-key", Operator.Session()));

        Assert.Empty(standIn.Keys);
    }

    [Fact]
    public async Task A_call_that_waits_does_not_hold_up_the_end_of_the_gateway()
    {
        var standIn = await StartAsync();
        using var tyk = await Ready(standIn);
        await standIn.Faults.SwitchOnAsync(new() { Kind = FaultKind.Timeout, Match = CallKind.List });
        var waiting = tyk.Get("/tyk/keys");
        await Eventually(() => standIn.Faults.Hits == 1);

        var watch = Stopwatch.StartNew();
        await standIn.DisposeAsync();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<HttpRequestException>(() => waiting);
    }

    [Fact]
    public async Task A_slow_answer_is_late_and_right()
    {
        await using var standIn = await StartAsync();
        using var tyk = await Ready(standIn);
        await standIn.Faults.SwitchOnAsync(new() { Kind = FaultKind.Slow, DelayMs = 200 });

        var watch = Stopwatch.StartNew();
        await tyk.CreateKey("some-key");

        Assert.True(watch.ElapsedMilliseconds >= 190);
        Assert.Single(standIn.Keys);
    }

    [Fact]
    public async Task A_closed_port_opens_again_at_the_same_address_with_all_keys()
    {
        await using var standIn = await StartAsync();
        using var tyk = await Ready(standIn);
        var hash = await tyk.CreateKey("some-key");
        var address = standIn.Address;

        await standIn.Faults.SwitchOnAsync(new() { Kind = FaultKind.Refuse });
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => tyk.Get("/hello"));
        Assert.Equal(HttpRequestError.ConnectionError, refused.HttpRequestError);

        await standIn.Faults.SwitchOffAsync();
        Assert.Equal(address, standIn.Address);
        Assert.Equal(HttpStatusCode.OK, (await tyk.Get($"/tyk/keys/{hash}?hashed=1")).StatusCode);
    }

    static async Task<StandIn> StartAsync() => await StandIn.StartAsync(new() { Secret = "s3cret" });

    static async Task<Operator> Ready(StandIn standIn)
    {
        var tyk = new Operator(standIn);
        await tyk.SetUp();
        return tyk;
    }

    static async Task Eventually(Func<bool> holds)
    {
        for (var watch = Stopwatch.StartNew(); !holds(); await Task.Delay(10)) Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10));
    }
}
