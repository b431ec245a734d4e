using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace DevPortal.TykStandIn.Tests;

/// <summary>What a gateway without its Redis says: 404 does not mean gone.</summary>
public sealed class StoreDownTests
{
    static readonly Fault StoreDown = new() { Kind = FaultKind.StoreDown, CreateDelayMs = 1 };

    [Fact]
    public async Task Keys_can_not_be_found_listed_or_created_and_are_back_afterwards()
    {
        await using var standIn = await StandIn.StartAsync(new() { Secret = "s3cret" });
        using var tyk = new Operator(standIn);
        await tyk.SetUp();
        var path = $"/tyk/keys/{await tyk.CreateKey("some-key")}?hashed=1";
        await standIn.Faults.SwitchOnAsync(StoreDown);

        await Says(HttpStatusCode.NotFound, "Key not found", await tyk.Get(path));
        await Says(HttpStatusCode.NotFound, "Key is not found", await tyk.Put(path, Operator.Session()));
        await Says(HttpStatusCode.NotFound, "There is no such key found", await tyk.Delete(path));
        await Says(HttpStatusCode.InternalServerError, "Failed to create key", await tyk.Post("/tyk/keys/other-key", Operator.Session()));
        await Says(HttpStatusCode.Forbidden, "Access to this API has been disallowed", await tyk.Call("some-key"));
        Assert.Empty((await tyk.GetJson("/tyk/keys"))["keys"]!.AsArray());
        Assert.Equal(2, (await tyk.GetJson("/tyk/policies")).AsArray().Count);
        Assert.Single((await tyk.GetJson("/tyk/apis")).AsArray());

        await standIn.Faults.SwitchOffAsync();
        Assert.Equal(HttpStatusCode.OK, (await tyk.Get(path)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await tyk.Call("some-key")).StatusCode);
        Assert.Single(standIn.Keys);
    }

    [Fact]
    public async Task A_key_that_opens_nothing_can_stand_guard_it_is_readable_only_with_the_store()
    {
        await using var standIn = await StandIn.StartAsync(new() { Secret = "s3cret" });
        using var tyk = new Operator(standIn);
        var guard = JsonNode.Parse($$"""
            { "org_id": "{{Operator.Org}}", "expires": 1,
              "access_rights": { "guard": { "api_id": "guard", "api_name": "guard", "versions": ["Default"] } } }
            """)!;
        (await tyk.Post("/tyk/keys/guard-key", guard)).EnsureSuccessStatusCode();
        var path = $"/tyk/keys/guard-key?org_id={Operator.Org}";

        Assert.Equal(1, (long)(await tyk.GetJson(path))["expires"]!);
        await standIn.Faults.SwitchOnAsync(StoreDown);
        await Says(HttpStatusCode.NotFound, "Key not found", await tyk.Get(path));
        await standIn.Faults.SwitchOffAsync();
        Assert.Equal(HttpStatusCode.OK, (await tyk.Get(path)).StatusCode);
    }

    [Fact]
    public async Task A_create_fails_late()
    {
        await using var standIn = await StandIn.StartAsync(new() { Secret = "s3cret" });
        using var tyk = new Operator(standIn);
        await standIn.Faults.SwitchOnAsync(StoreDown with { CreateDelayMs = 300 });

        var watch = System.Diagnostics.Stopwatch.StartNew();
        await Says(HttpStatusCode.InternalServerError, "Failed to create key", await tyk.Post("/tyk/keys/other-key", Operator.Session()));

        Assert.True(watch.ElapsedMilliseconds >= 290);
    }

    [Fact]
    public async Task Health_notices_ten_seconds_late_both_ways()
    {
        var clock = new MovableClock();
        await using var standIn = await StandIn.StartAsync(new() { Secret = "s3cret" }, clock);
        using var tyk = new Operator(standIn);

        await standIn.Faults.SwitchOnAsync(StoreDown);
        Assert.Equal("pass", await Hello(tyk));

        clock.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal("fail", await Hello(tyk));
        Assert.Equal("fail", (string?)(await tyk.GetJson("/hello"))["details"]!["redis"]!["status"]);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await tyk.Get("/ready")).StatusCode);

        await standIn.Faults.SwitchOffAsync();
        Assert.Equal("fail", await Hello(tyk));

        clock.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal("pass", await Hello(tyk));
        Assert.Equal(HttpStatusCode.OK, (await tyk.Get("/ready")).StatusCode);
    }

    [Fact]
    public async Task An_outage_shorter_than_that_is_never_noticed()
    {
        var clock = new MovableClock();
        await using var standIn = await StandIn.StartAsync(new() { Secret = "s3cret" }, clock);
        using var tyk = new Operator(standIn);

        await standIn.Faults.SwitchOnAsync(StoreDown);
        clock.Pass(TimeSpan.FromSeconds(5));
        await standIn.Faults.SwitchOffAsync();

        Assert.Equal("pass", await Hello(tyk));
        clock.Pass(TimeSpan.FromSeconds(6));
        Assert.Equal("pass", await Hello(tyk));
    }

    static async Task<string> Hello(Operator tyk) => (string)(await tyk.GetJson("/hello"))["status"]!;

    static async Task Says(HttpStatusCode status, string text, HttpResponseMessage answer)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(text, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
