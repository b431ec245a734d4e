using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace DevPortal.TykStandIn.Tests;

/// <summary>The surface that a real gateway does not have, as another process uses it.</summary>
public sealed class StandInApiTests
{
    [Fact]
    public async Task Faults_are_switched_over_HTTP_also_while_connections_are_refused()
    {
        await using var standIn = await StandIn.StartAsync(new() { Secret = "s3cret" });
        using var tyk = new Operator(standIn);
        using var admin = new Operator(standIn.AdminAddress, standIn.Secret);

        (await admin.Put("/stand-in/faults", Parse("""{ "kind": "refuse" }"""))).EnsureSuccessStatusCode();
        await Assert.ThrowsAsync<HttpRequestException>(() => tyk.Get("/hello"));

        (await admin.Put("/stand-in/faults", Parse("""{ "kind": "lost-answer", "match": "create", "count": 2 }"""))).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.OK, (await tyk.Get("/hello")).StatusCode);
        Assert.Equal(new Fault { Kind = FaultKind.LostAnswer, Match = CallKind.Create, Count = 2 }, standIn.Faults.Current);

        (await admin.Put("/stand-in/faults", Parse("""{ "kind": "store-down", "match": "all", "createDelayMs": 10000 }"""))).EnsureSuccessStatusCode();
        Assert.Equal(new Fault { Kind = FaultKind.StoreDown, CreateDelayMs = 10_000 }, standIn.Faults.Current);
        Assert.Equal("store-down", (string?)(await admin.GetJson("/stand-in/faults"))["kind"]);
    }

    [Theory]
    [InlineData("""{ "kind": "earthquake" }""")]
    [InlineData("""{ "kind": "slow", "match": "nothing" }""")]
    public async Task An_unknown_fault_is_refused(string fault)
    {
        await using var standIn = await StandIn.StartAsync(new() { Secret = "s3cret" });
        using var admin = new Operator(standIn.AdminAddress, standIn.Secret);

        Assert.Equal(HttpStatusCode.BadRequest, (await admin.Put("/stand-in/faults", Parse(fault))).StatusCode);
    }

    [Fact]
    public async Task Keys_and_counts_are_listed_without_a_token()
    {
        await using var standIn = await StandIn.StartAsync(new() { Secret = "s3cret" });
        using var tyk = new Operator(standIn);
        using var admin = new Operator(standIn.AdminAddress, standIn.Secret);
        await tyk.SetUp(rate: 7, quota: 50);
        var hash = await tyk.CreateKey("some-key");
        await tyk.Call("some-key");

        var answer = await admin.GetJson("/stand-in/keys");

        var key = Assert.Single(answer["keys"]!.AsArray())!;
        Assert.Equal(hash, (string?)key["hash"]);
        Assert.Equal("cred-5", (string?)key["metaData"]!["CredentialID"]);
        Assert.Equal(["orders-read", "gold"], key["policies"]!.AsArray().Select(p => (string?)p));
        Assert.Equal(7, (double)key["applied"]!["orders"]!["rate"]!);
        Assert.Equal(49, (long)key["applied"]!["orders"]!["quotaRemaining"]!);
        Assert.Equal(1, (int)answer["calls"]!["create"]!);
        Assert.Equal(1, (int)answer["calls"]!["call"]!);
        Assert.DoesNotContain("some-key", answer.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_wrong_secret_opens_nothing()
    {
        await using var standIn = await StandIn.StartAsync(new() { Secret = "s3cret" });
        using var stranger = new Operator(standIn.AdminAddress, "wrong");

        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Get("/stand-in/keys")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Put("/stand-in/faults", Parse("""{ "kind": "refuse" }"""))).StatusCode);
    }

    static JsonNode Parse(string json) => JsonNode.Parse(json)!;
}
