using System.Text.Json.Nodes;
using DevPortal.Demo.Api;
using DevPortal.Testing;

namespace DevPortal.PortalTests;

/// <summary>Products that a test brings to Tyk and takes away again: like those that everybody has, under names of its own.</summary>
public sealed class OwnProducts(Website website, CancellationToken ct) : IAsyncDisposable
{
    /// <summary>So many that a run which would hide them asks first, whatever other tests have brought to Tyk.</summary>
    public const int Many = 10;

    readonly List<string> policies = [], apis = [];

    /// <summary>Adds policies and reads Tyk: drafts in no catalog.</summary>
    public async Task<IReadOnlyList<Product>> AddAsync(params string[] names)
    {
        var added = names.Select(name => (Id: name.ToLowerInvariant().Replace(' ', '-'), Name: name)).ToArray();
        foreach (var (id, name) in added)
        {
            await website.Tyk.AddPolicyAsync(await PolicyAsync("policy-weather-forecasts.json", id, name), ct);
            policies.Add(id);
        }

        await SyncAsync();
        return await Task.WhenAll(added.Select(policy => FindAsync(policy.Id, product => product.NotRequestableBecause?.StartsWith("None of", StringComparison.Ordinal) != true)));
    }

    /// <summary>Adds an API and a product of it alone.</summary>
    /// <param name="api">An OpenAPI document with Tyk's extension, whose id it is given.</param>
    public async Task<Product> AddWithApiAsync(string name, JsonObject api)
    {
        var id = name.ToLowerInvariant().Replace(' ', '-');
        api["x-tyk-api-gateway"]!["info"]!["id"] = id;
        await website.Tyk.AddApiAsync(api.ToJsonString(), ct);
        apis.Add(id);
        var policy = JsonNode.Parse(await PolicyAsync("policy-weather-forecasts.json", id, name))!;
        policy["access_rights"] = new JsonObject { [id] = new JsonObject { ["api_id"] = id, ["api_name"] = name, ["versions"] = new JsonArray("Default") } };
        await website.Tyk.AddPolicyAsync(policy.ToJsonString(), ct);
        policies.Add(id);
        await SyncAsync();
        return await FindAsync(id, product => product.NotRequestableBecause?.StartsWith("None of", StringComparison.Ordinal) != true);
    }

    /// <summary>Takes policies away at Tyk and reads it. How the run ended.</summary>
    public async Task<SyncRun> RemoveAsync(params Product[] gone)
    {
        foreach (var product in gone)
        {
            policies.Remove(product.Admin!.PolicyId);
            await website.Tyk.RemovePolicyAsync(product.Admin.PolicyId, ct);
        }

        return await SyncAsync();
    }

    public Task<Product> UntilHiddenAsync(Product product) => FindAsync(product.Admin!.PolicyId, seen => seen.Admin?.HiddenBecause is not null);

    /// <summary>Adds a plan whose keys live for so many seconds; 0 = for ever.</summary>
    public async Task<Plan> AddPlanAsync(string name, int lifetime = 0)
    {
        var id = name.ToLowerInvariant().Replace(' ', '-');
        await website.Tyk.AddPolicyAsync(await PolicyAsync("policy-plan-standard.json", id, name, lifetime), ct);
        policies.Add(id);
        await SyncAsync();
        return (await Eventually.UntilAsync(
            async () => (await website.AdminApi.ListAsync<Plan>("/api/catalog/plans?view=admin", ct)).SingleOrDefault(plan => plan.Admin?.PolicyId == id),
            plan => plan is { Available: true }, TimeSpan.FromMinutes(1), $"the catalog has {id}", ct))!;
    }

    /// <summary>A run that reads Tyk as it is now, when it has ended.</summary>
    public Task<SyncRun> SyncAsync() => SyncAsync(ct);

    async Task<SyncRun> SyncAsync(CancellationToken cancel)
    {
        var run = await website.AdminApi.PostAsync<SyncRun>("/api/sync/runs", new { source = "tyk" }, cancel);
        return await Eventually.UntilAsync(
            async () => (await website.AdminApi.GetAsync<Details>($"/api/sync/runs/{run.Id}", cancel)).Run, seen => seen.Status is not ("queued" or "running"), TimeSpan.FromMinutes(1), "Tyk is read", cancel);
    }

    /// <summary>What is gone is hidden at once: the run of another test would hide it otherwise, or ask whether it may.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var policy in policies) await website.Tyk.RemovePolicyAsync(policy, CancellationToken.None);
        foreach (var api in apis) await website.Tyk.RemoveApiAsync(api, CancellationToken.None);
        if (await SyncAsync(CancellationToken.None) is { Status: "needs-confirmation" } asks) await website.AdminApi.PostAsync<SyncRun>($"/api/sync/runs/{asks.Id}/apply", new { }, CancellationToken.None, "*");
    }

    async Task<Product> FindAsync(string policy, Func<Product, bool> isSo) => (await Eventually.UntilAsync(
        async () => (await website.AdminApi.ListAsync<Product>("/api/catalog/products?view=admin", ct)).SingleOrDefault(product => product.Admin?.PolicyId == policy),
        product => product is not null && isSo(product), TimeSpan.FromMinutes(1), $"the catalog has {policy}", ct))!;

    async Task<string> PolicyAsync(string like, string id, string name, int lifetime = 0)
    {
        var policy = JsonNode.Parse(await File.ReadAllTextAsync(Repository.Path("samples", "tyk", like), ct))!;
        policy["key_expires_in"] = lifetime;
        policy["_id"] = Guid.NewGuid().ToString("N")[..24];
        policy["id"] = id;
        policy["name"] = name;
        return policy.ToJsonString();
    }

    sealed record Details(SyncRun Run);
}
