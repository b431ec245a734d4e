using System.Text.Json;
using System.Text.Json.Nodes;
using DevPortal.LocalRun;

namespace DevPortal.Bench;

/// <summary>10,000 policies and 5,000 APIs, the same each time: copies of our own samples under ids, names and paths of their own. As the stand-in answers they are about as
/// large as those that a real Tyk was seen to answer, 7.7 MB and 33 MB.</summary>
static class ManyDefinitions
{
    public const int Policies = 10_000, Plans = 500, Apis = 5_000;

    /// <summary>What all their ids begin with.</summary>
    public const string Prefix = "bench-";

    /// <summary>Writes them where the stand-in keeps its definitions; it reads them at its next start.</summary>
    public static void Write(StateFolder state)
    {
        var samples = Path.Combine("samples", "tyk");
        JsonNode Sample(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(samples, file)))!;
        var (product, plan) = (Sample("policy-weather-forecasts.json"), Sample("policy-plan-standard.json"));
        JsonNode[] apis = [.. Directory.GetFiles(samples, "oas-*.json").Concat(Directory.GetFiles(samples, "api-*.json")).Order(StringComparer.Ordinal).Select(file => Sample(Path.GetFileName(file)))];
        foreach (var api in apis) Enlarge(api);
        foreach (var number in Enumerable.Range(0, Apis)) Put(state, "apis", number, Api(apis[number % apis.Length].DeepClone(), number));
        foreach (var number in Enumerable.Range(0, Policies)) Put(state, "policies", number, Policy((number < Plans ? plan : product).DeepClone(), number));
    }

    static void Put(StateFolder state, string folder, int number, JsonNode definition)
    {
        var into = Path.Combine(state.StandIn, folder);
        Directory.CreateDirectory(into);
        File.WriteAllText(Path.Combine(into, $"{Prefix}{number:00000}.json"), definition.ToJsonString());
    }

    static string ApiId(int number) => $"{Prefix}api-{number:00000}";

    static JsonNode Policy(JsonNode policy, int number)
    {
        policy["_id"] = $"65a0c0de1{number:000000000000000}";
        policy["id"] = $"{Prefix}{number:00000}";
        policy["name"] = $"{policy["name"]} {number:00000}";
        var right = policy["access_rights"]!.AsObject().First().Value!.DeepClone();
        right["api_id"] = ApiId(number % Apis);
        policy["access_rights"] = new JsonObject { [ApiId(number % Apis)] = right };
        return policy;
    }

    static JsonNode Api(JsonNode sample, int number)
    {
        var path = $"/{Prefix}{number:00000}/";
        if (sample["oas"] is { } document)
        {
            var (info, server) = (document["x-tyk-api-gateway"]!["info"]!, document["x-tyk-api-gateway"]!["server"]!);
            info["id"] = ApiId(number);
            info["name"] = $"{info["name"]} {number:00000}";
            info["state"]!["active"] = true;
            server["listenPath"]!["value"] = path;
            document["info"]!["title"] = $"{info["name"]}";
            return document.DeepClone();
        }

        var classic = sample["api_definition"]!;
        classic["api_id"] = ApiId(number);
        classic["name"] = $"{classic["name"]} {number:00000}";
        classic["active"] = true;
        classic["proxy"]!["listen_path"] = path;
        return classic.DeepClone();
    }

    /// <summary>Each path of a document a second time: a real Tyk's definitions have more in them than the samples.</summary>
    static void Enlarge(JsonNode sample)
    {
        if (sample["oas"]?["paths"] is not JsonObject paths) return;
        foreach (var (path, operations) in paths.ToList())
        {
            var again = operations!.DeepClone().AsObject();
            foreach (var (_, operation) in again)
            {
                if (operation is JsonObject named && named.ContainsKey("operationId")) named["operationId"] = $"{named["operationId"]}Again";
            }

            paths["/again" + path] = again;
        }
    }

    public sealed record Lists(int Entries, long PolicyBytes, long ApiBytes)
    {
        public long Bytes => PolicyBytes + ApiBytes;
    }

    /// <summary>The same lists, read with nothing but .NET: each entry parsed as it comes.</summary>
    public static async Task<Lists> ReadBareAsync(HttpClient tyk, CancellationToken ct)
    {
        var (policies, classic, oas) = (await ReadBareAsync(tyk, "/tyk/policies", ct), await ReadBareAsync(tyk, "/tyk/apis", ct), await ReadBareAsync(tyk, "/tyk/apis/oas", ct));
        return new(policies.Entries + classic.Entries + oas.Entries, policies.Bytes, classic.Bytes + oas.Bytes);
    }

    static async Task<(int Entries, long Bytes)> ReadBareAsync(HttpClient tyk, string list, CancellationToken ct)
    {
        var (entries, bytes) = (0, 0L);
        await using var answer = await tyk.GetStreamAsync(list, ct);
        await foreach (var entry in JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(answer, cancellationToken: ct))
        {
            entries++;
            bytes += entry.GetRawText().Length;
        }

        return (entries, bytes);
    }
}
