using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;
using Npgsql;
using Xunit;

namespace DevPortal.SystemTests;

public sealed class ReplicasTests
{
    static readonly string[] Services = ["identity", "catalog", "provisioning", "credentials", "tyk-sync"];

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_of_each_that_start_together_on_empty_servers_make_one_of_everything_and_take_over_from_each_other()
    {
        await using var portal = await Portal.StartAsync("replicas", Ct, options => options with { Replicas = 2 });
        await OneOfEverythingAsync(portal);
        using var cast = await portal.AssembleAsync(Ct);
        using var caller = new TykCaller(null);
        using var tyk = new TykAdmin(portal.Run);
        var scene = await Scene.SetAsync(cast, caller, Ct);
        var granted = new List<AccessRequest> { await scene.GrantAsync("Two of each", Ct) };

        foreach (var service in Services)
        {
            var leader = await UntilOneLeadsAsync(portal, service);
            var other = leader == service ? $"{service}-2" : service;
            var flow = scene.GrantAsync($"The relay of {service} is killed", Ct);
            // It is started again, so on a slow machine it may be the first to notice itself.
            await portal.Run.KillAsync(leader);
            await Eventually.UntilAsync(
                async () => await LeadsAsync(portal, other) || await LeadsAsync(portal, leader), leads => leads, TimeSpan.FromSeconds(10), $"somebody leads the relay of {service} again", Ct);
            granted.Add(await flow);
        }

        foreach (var program in new[] { "gateway", "gateway-2", "portal", "portal-2" })
        {
            await portal.Run.UntilHealthyAsync(Ct);
            var flow = scene.GrantAsync($"{program} is killed", Ct);
            await portal.Run.KillAsync(program);
            if (program.StartsWith("portal", StringComparison.Ordinal)) await UntilThereIsAPageAsync(portal);
            granted.Add(await flow);
        }

        await portal.Run.UntilHealthyAsync(Ct);
        foreach (var service in Services) await UntilOneLeadsAsync(portal, service);
        granted.Add(await scene.GrantAsync("After all of them", Ct));
        await portal.Broker.UntilQuietAsync(Ct);
        var keys = (await tyk.KeysAsync(Ct)).ToLookup(key => key.CredentialId);
        Assert.All(granted, request => Assert.Single(keys[request.Credential!.Id]));
    }

    /// <summary>A page that was on its way when a portal died is answered with 503; the next one comes from the other.</summary>
    static Task<bool> UntilThereIsAPageAsync(Portal portal) => Eventually.UntilAsync(
        async () =>
        {
            using var page = await portal.Http.GetAsync(new Uri("/catalog", UriKind.Relative), Ct);
            return page.IsSuccessStatusCode;
        },
        isThere => isThere, Asking.Patience, "the other portal answers", Ct);

    static async Task OneOfEverythingAsync(Portal portal)
    {
        foreach (var service in Services) await UntilOneLeadsAsync(portal, service);

        using var http = new HttpClient();
        var keys = await Task.WhenAll(new[] { "identity", "identity-2" }.Select(async replica =>
            await http.GetStringAsync(new Uri(portal.HealthAddressOf(replica), "/.well-known/jwks"), Ct)));
        Assert.Contains("\"kid\"", keys[0], StringComparison.Ordinal);
        Assert.Equal(keys[0], keys[1]);

        await using var database = NpgsqlDataSource.Create(portal.Run.ConnectionString("credentialsdb"));
        await using var installations = database.CreateCommand("select count(*) from installation");
        Assert.Equal(1L, await installations.ExecuteScalarAsync(Ct));
        using var tyk = new TykAdmin(portal.Run);
        // One installation has one sentinel at the gateway.
        Assert.Single(await tyk.KeysAsync(Ct), key => key.CredentialId is null);
    }

    /// <summary>The replica whose relay is active, once it is exactly one.</summary>
    static async Task<string> UntilOneLeadsAsync(Portal portal, string service)
    {
        string[] replicas = [service, $"{service}-2"];
        var leading = await Eventually.UntilAsync(
            async () =>
            {
                var leads = await Task.WhenAll(replicas.Select(replica => LeadsAsync(portal, replica)));
                return replicas.Where((_, number) => leads[number]).ToArray();
            },
            leaders => leaders.Length == 1, Asking.Patience, $"one relay of {service} is active", Ct);
        return leading[0];
    }

    static async Task<bool> LeadsAsync(Portal portal, string replica)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            var health = await http.GetFromJsonAsync<JsonObject>(portal.HealthAddressOf(replica), Ct);
            return health!["checks"]!["relay"]!["data"]!["leader"]!.GetValue<bool>();
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException && !Ct.IsCancellationRequested)
        {
            return false;
        }
    }
}
