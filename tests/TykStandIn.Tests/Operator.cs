using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace DevPortal.TykStandIn.Tests;

/// <summary>Talks to a stand-in over HTTP as an operator and as a consumer would.</summary>
sealed class Operator : IDisposable
{
    public const string Org = "5e9d9544a1dcd60001d0ed20";

    public static readonly Dictionary<string, string> SomeMetaData = new() { ["CredentialID"] = "cred-5" };

    // No pooled connections: a cut one must not be tried again behind the test's back.
    readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = TimeSpan.FromSeconds(20) };

    public Operator(StandIn standIn) : this(standIn.Address, standIn.Secret)
    {
    }

    public Operator(Uri address, string secret)
    {
        http.BaseAddress = address;
        http.DefaultRequestHeaders.Add("X-Tyk-Authorization", secret);
    }

    public Task<HttpResponseMessage> Get(string path) => http.GetAsync(path);

    public async Task<JsonNode> GetJson(string path) => (await http.GetFromJsonAsync<JsonNode>(path))!;

    public Task<HttpResponseMessage> Post(string path, JsonNode body) => http.PostAsJsonAsync(path, body);

    public Task<HttpResponseMessage> Put(string path, JsonNode body) => http.PutAsJsonAsync(path, body);

    public Task<HttpResponseMessage> Delete(string path) => http.DeleteAsync(path);

    /// <summary>An API <c>orders</c>, the product <c>orders-read</c> and a plan <c>gold</c>, loaded.</summary>
    public async Task SetUp(int rate = -1, int quota = 100)
    {
        (await Post("/tyk/apis", Api("orders"))).EnsureSuccessStatusCode();
        (await Post("/tyk/policies", Policy("orders-read", """{"acl":true}""", "orders"))).EnsureSuccessStatusCode();
        var plan = Policy("gold", """{"quota":true,"rate_limit":true}""", "plan-only");
        (plan["rate"], plan["per"], plan["quota_max"], plan["quota_renewal_rate"]) = (rate, 60, quota, 3600);
        (await Post("/tyk/policies", plan)).EnsureSuccessStatusCode();
        (await Get("/tyk/reload?block=true")).EnsureSuccessStatusCode();
    }

    /// <returns>The key's hash.</returns>
    public async Task<string> CreateKey(string id)
    {
        using var answer = await Post($"/tyk/keys/{id}", Session());
        answer.EnsureSuccessStatusCode();
        return (string)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["key_hash"]!;
    }

    public async Task<HttpResponseMessage> Call(string key, string path = "/orders/1", HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", key);
        return await http.SendAsync(request);
    }

    public void Dispose() => http.Dispose();

    public static JsonObject Session() => new()
    {
        ["org_id"] = Org,
        ["apply_policies"] = new JsonArray("orders-read", "gold"),
        ["meta_data"] = new JsonObject(SomeMetaData.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value))),
    };

    public static JsonObject Policy(string id, string partitions, string api) => new()
    {
        ["id"] = id,
        ["name"] = id,
        ["org_id"] = Org,
        ["partitions"] = JsonNode.Parse(partitions),
        ["access_rights"] = new JsonObject { [api] = new JsonObject { ["api_id"] = api, ["api_name"] = api, ["versions"] = new JsonArray("Default") } },
    };

    public static JsonObject Api(string id) => new()
    {
        ["name"] = id,
        ["api_id"] = id,
        ["org_id"] = Org,
        ["active"] = true,
        ["use_standard_auth"] = true,
        ["auth_configs"] = new JsonObject { ["authToken"] = new JsonObject { ["auth_header_name"] = "Authorization" } },
        ["proxy"] = new JsonObject { ["listen_path"] = $"/{id}/", ["target_url"] = "http://upstream.invalid", ["strip_listen_path"] = true },
    };
}
