using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;
using Xunit;

namespace DevPortal.SystemTests;

/// <summary>Every program is replaced by one that is freshly started, while people work.</summary>
[Trait("promise", "B8.49")]
public sealed class UpgradeTests
{
    /// <summary>More are always waiting than the balancer lets through, so that it sends as many as it may.</summary>
    const int CallsPerSecond = 20, AtOnce = 6, Browsing = 10;

    /// <summary>Counted, not timed: a second's worth of calls during each replacement, on a slow machine too.</summary>
    const int AtLeast = CallsPerSecond;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_programs_are_replaced_one_by_one_under_load_and_no_call_fails_and_nothing_is_lost_or_doubled()
    {
        await using var portal = await Portal.StartAsync("upgrade", Ct, options => options with { Replicas = 2 });
        using var tyk = new TykAdmin(portal.Run);
        using var balancer = new Balancer([portal.HealthAddressOf("gateway"), portal.HealthAddressOf("gateway-2")], portal.Address, CallsPerSecond);
        var http = new HttpClient(balancer, disposeHandler: false) { BaseAddress = portal.Address, Timeout = TimeSpan.FromSeconds(30) };
        using var caller = new TykCaller(null);
        using var cast = await portal.AssembleAsync(http, Ct);
        var scene = await Scene.SetAsync(cast, caller, Ct);
        var granted = new ConcurrentQueue<AccessRequest>();

        using var ends = new CancellationTokenSource();
        var working = Enumerable.Range(0, AtOnce).Select(worker => WorkAsync(scene, worker, granted, ends.Token))
            .Concat(Enumerable.Range(0, Browsing).Select(_ => BrowseAsync(scene, ends.Token))).Append(LookAsync(http, ends.Token)).ToArray();
        var started = TimeProvider.System.GetTimestamp();
        var programs = portal.Services;
        Assert.Equal(14, programs.Count);
        foreach (var program in programs)
        {
            var before = balancer.Calls;
            await portal.Run.StopAsync(program);
            await portal.Run.StartAsync(program, Ct);
            await portal.Run.UntilHealthyAsync(Ct);
            await UntilAllAreInUseAsync(portal);
            Assert.True(balancer.Calls >= before + AtLeast, $"Only {balancer.Calls - before} calls while {program} was replaced.");
        }

        var rate = balancer.Calls / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        await ends.CancelAsync();
        await Task.WhenAll(working);
        TestContext.Current.TestOutputHelper?.WriteLine($"{balancer.Calls} calls, {rate:0.0} a second, {granted.Count} grants, {programs.Count} programs replaced");

        Assert.Empty(balancer.Failed);
        Assert.NotEmpty(granted);
        await portal.Broker.UntilQuietAsync(Ct);
        var keys = (await tyk.KeysAsync(Ct)).ToLookup(key => key.CredentialId);
        Assert.All(granted, request => Assert.Single(keys[request.Credential!.Id]));
        Assert.All(keys.Where(credential => credential.Key is not null), credential => Assert.Single(credential));
    }

    /// <summary>The main flow again and again: browse, ask, approve, wait, reveal.</summary>
    static async Task WorkAsync(Scene scene, int worker, ConcurrentQueue<AccessRequest> granted, CancellationToken until)
    {
        for (var round = 1; !until.IsCancellationRequested; round++)
        {
            await scene.Consumer.Portal.ListAsync<Product>("/api/catalog/products", Ct);
            var request = await scene.AskAsync($"Upgrade {worker}.{round}", Ct);
            await scene.ApproveAsync(request, Ct);
            var provisioned = await scene.UntilProvisionedAsync(request, Ct);
            await scene.Consumer.Portal.RevealAsync(provisioned.Credential!.Id, Ct);
            granted.Enqueue(provisioned);
        }
    }

    /// <summary>What most people do most of the time.</summary>
    static async Task BrowseAsync(Scene scene, CancellationToken until)
    {
        while (!until.IsCancellationRequested) await scene.Consumer.Portal.ListAsync<Product>("/api/catalog/products", Ct);
    }

    /// <summary>The website, while it is replaced too: a page that is not there ends the test.</summary>
    static async Task LookAsync(HttpClient http, CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            using var look = new HttpRequestMessage(HttpMethod.Get, "/catalog") { Headers = { { "Accept", "text/html" } } };
            using var page = await http.SendAsync(look, Ct);
            Assert.True(page.IsSuccessStatusCode, $"A page is answered with {(int)page.StatusCode}.");
        }
    }

    /// <summary>Both gateways see two of each: else the next stop would take away the only one that they know.</summary>
    static async Task UntilAllAreInUseAsync(Portal portal)
    {
        using var http = new HttpClient();
        foreach (var gateway in new[] { "gateway", "gateway-2" })
        {
            await Eventually.UntilAsync(
                async () => JsonNode.Parse(await http.GetStringAsync(portal.HealthAddressOf(gateway), Ct))!["checks"]!["services"]!["data"]!.AsObject().Select(service => $"{service.Value}").ToArray(),
                services => services.All(count => count == "2 of 2"), Asking.Patience, $"{gateway} uses two of each", Ct);
        }
    }
}
