using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DevPortal.LocalRun;

namespace DevPortal.SystemTests;

/// <summary>A key as it is at Tyk now, whatever fault is on.</summary>
public sealed record TykKey(string Hash, Dictionary<string, string> MetaData, string[] Policies, Dictionary<string, TykLimit> Applied, long Expires)
{
    /// <summary>The credential that it is said to be of; null for those that say nothing.</summary>
    public Guid? CredentialId => Guid.TryParse(MetaData.GetValueOrDefault("CredentialID"), out var id) ? id : null;

    public string? PortalId => MetaData.GetValueOrDefault("PortalID");
}

/// <summary>0 or −1 is unlimited.</summary>
public sealed record TykLimit(double Rate, double Per, long QuotaMax)
{
    public bool IsUnlimited => Rate <= 0 && QuotaMax <= 0;
}

/// <summary>Tyk's own operator: its control API, and the stand-in's faults.</summary>
public sealed class TykAdmin : IDisposable
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
    readonly Uri gateway, admin;

    public TykAdmin(PortalRun run)
        : this(new Uri(run.StandInAddress!), new Uri(run.StandInAdminAddress!), run.Parameter("tyk-secret"))
    {
    }

    public TykAdmin(Uri gateway, Uri admin, string secret)
    {
        (this.gateway, this.admin) = (gateway, admin);
        http.DefaultRequestHeaders.Add("X-Tyk-Authorization", secret);
    }

    public async Task<IReadOnlyList<TykKey>> KeysAsync(CancellationToken ct) => (await LookAsync(ct)).Keys;

    /// <summary>Calls of one kind (<c>create</c>, <c>delete</c> …) since the last <see cref="CountFromZeroAsync"/>.</summary>
    public async Task<int> CallsAsync(string kind, CancellationToken ct) => (await LookAsync(ct)).Calls[kind];

    public async Task CountFromZeroAsync(CancellationToken ct) => (await http.DeleteAsync(new Uri(admin, "/stand-in/calls"), ct)).Dispose();

    /// <summary>See tools/TykStandIn/README.md for the kinds.</summary>
    public async Task SwitchOnAsync(string kind, CancellationToken ct, string? match = null, int? count = null, int? delayMs = null)
    {
        using var answer = await http.PutAsJsonAsync(new Uri(admin, "/stand-in/faults"), new { kind, match, count, delayMs }, ct);
        answer.EnsureSuccessStatusCode();
    }

    public Task SwitchOffAsync(CancellationToken ct) => SwitchOnAsync("none", ct);

    public async Task<string> PolicyAsync(string id, CancellationToken ct) => await http.GetStringAsync(new Uri(gateway, $"/tyk/policies/{id}"), ct);

    public async Task RemovePolicyAsync(string id, CancellationToken ct)
    {
        (await http.DeleteAsync(new Uri(gateway, $"/tyk/policies/{id}"), ct)).EnsureSuccessStatusCode().Dispose();
        await ReloadAsync(ct);
    }

    public async Task AddPolicyAsync(string policy, CancellationToken ct)
    {
        using var content = new StringContent(policy, Encoding.UTF8, "application/json");
        (await http.PostAsync(new Uri(gateway, "/tyk/policies"), content, ct)).EnsureSuccessStatusCode().Dispose();
        await ReloadAsync(ct);
    }

    /// <param name="api">An OpenAPI document with Tyk's extension.</param>
    public async Task AddApiAsync(string api, CancellationToken ct)
    {
        using var content = new StringContent(api, Encoding.UTF8, "application/json");
        (await http.PostAsync(new Uri(gateway, "/tyk/apis/oas"), content, ct)).EnsureSuccessStatusCode().Dispose();
        await ReloadAsync(ct);
    }

    public async Task RemoveApiAsync(string id, CancellationToken ct)
    {
        (await http.DeleteAsync(new Uri(gateway, $"/tyk/apis/oas/{id}"), ct)).EnsureSuccessStatusCode().Dispose();
        await ReloadAsync(ct);
    }

    /// <summary>Makes a key by hand, as another program with the same secret would. Its hash.</summary>
    public async Task<string> CreateKeyAsync(string id, object session, CancellationToken ct)
    {
        using var answer = await http.PostAsJsonAsync(new Uri(gateway, $"/tyk/keys/{id}"), session, ct);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>(ct))!["key_hash"]!.GetValue<string>();
    }

    /// <summary>The key's record; null if Tyk says that there is none.</summary>
    public async Task<string?> ReadKeyAsync(string hash, CancellationToken ct)
    {
        using var answer = await http.GetAsync(new Uri(gateway, $"/tyk/keys/{hash}?hashed=1"), ct);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(ct);
    }

    public async Task DeleteKeyAsync(string hash, CancellationToken ct) =>
        (await http.DeleteAsync(new Uri(gateway, $"/tyk/keys/{hash}?hashed=1"), ct)).EnsureSuccessStatusCode().Dispose();

    public void Dispose() => http.Dispose();

    async Task ReloadAsync(CancellationToken ct) => (await http.GetAsync(new Uri(gateway, "/tyk/reload/group"), ct)).EnsureSuccessStatusCode().Dispose();

    async Task<Seen> LookAsync(CancellationToken ct) => (await http.GetFromJsonAsync<Seen>(new Uri(admin, "/stand-in/keys"), Json, ct))!;

    sealed record Seen(TykKey[] Keys, Dictionary<string, int> Calls);
}
