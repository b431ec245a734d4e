using System.Text.Json;
using System.Text.Json.Nodes;

namespace DevPortal.TykStandIn.Tests.Recordings;

/// <summary>What of an answer is compared, and how.</summary>
static class Comparison
{
    static readonly string[] Volatile =
        ["date_created", "last_updated", "last_check", "quota_renews", "time", "created_at", "updated_at", "version"];

    static readonly string[] ComparedHeaders =
        ["content-type", "x-ratelimit-limit", "x-ratelimit-remaining", "x-tyk-base-api-id", "www-authenticate", "retry-after"];

    /// <summary>Status, some headers and the body, with volatile and kept values named as in the recording.</summary>
    public static JsonObject Compared(Answer answer, JsonObject step, Names names)
    {
        var result = new JsonObject { ["status"] = answer.Status };
        if ((string?)step["ignore"] != "headers")
            result["headers"] = new JsonObject(ComparedHeaders.Where(answer.Headers.ContainsKey).Select(h => KeyValuePair.Create(h, (JsonNode?)answer.Headers[h])));

        if ((string?)step["ignore"] == "body" || WentThrough(answer, (string)step["path"]!)) return result;
        var text = answer.Body.Replace(names.NodeAddress, "{{node1}}", StringComparison.Ordinal);
        try
        {
            result["json"] = Plain(JsonNode.Parse(text), step, names);
        }
        catch (JsonException)
        {
            result["text"] = text;
        }

        return result;
    }

    public static IEnumerable<string> Differences(JsonNode? wanted, JsonNode? got, string at = "") => (wanted, got) switch
    {
        (JsonObject w, JsonObject g) =>
            w.Where(p => !g.ContainsKey(p.Key)).Select(p => $"{at}.{p.Key}: missing here, Tyk {Shown(p.Value)}")
                .Concat(g.Where(p => !w.ContainsKey(p.Key)).Select(p => $"{at}.{p.Key}: not at Tyk, here {Shown(p.Value)}"))
                .Concat(w.Where(p => g.ContainsKey(p.Key)).SelectMany(p => Differences(p.Value, g[p.Key], $"{at}.{p.Key}"))),
        (JsonArray w, JsonArray g) when w.Count == g.Count => w.Zip(g).SelectMany((p, i) => Differences(p.First, p.Second, $"{at}[{i}]")),
        _ => JsonNode.DeepEquals(wanted, got) ? [] : [$"{at}: Tyk {Shown(wanted)}, here {Shown(got)}"],
    };

    /// <summary>What the API behind the gateway said is not the gateway's answer.</summary>
    static bool WentThrough(Answer answer, string path) =>
        answer.Status == 200 && !path.StartsWith("/tyk", StringComparison.Ordinal) && !path.StartsWith("/hello", StringComparison.Ordinal)
        && !path.StartsWith("/ready", StringComparison.Ordinal);

    static JsonNode? Plain(JsonNode? body, JsonObject step, Names names)
    {
        if (body is JsonObject item)
        {
            foreach (var unordered in (string[])["keys", "tags"]) if (item[unordered] is JsonArray list) item[unordered] = Sorted(list);
        }

        if (step["only"] is JsonArray ids) body = new JsonArray([.. body!.AsArray().Where(v => Identity(v) is { } id && ids.Any(i => (string)i! == id)).Select(v => v!.DeepClone())]);
        if (step["fields"] is JsonArray paths) body = body is JsonArray items ? new JsonArray([.. items.Select(v => Fields(v, paths))]) : Fields(body, paths);
        body = Masked(body, names);
        return body is JsonArray unsorted ? Sorted(unsorted) : body;
    }

    static string? Identity(JsonNode? value) =>
        new[] { value!["id"], value["api_id"], value["info"]?["title"] }.Select(v => (string?)v).FirstOrDefault(v => !string.IsNullOrEmpty(v));

    static JsonObject Fields(JsonNode? value, JsonArray paths)
    {
        var result = new JsonObject();
        foreach (var path in paths.Select(p => (string)p!))
        {
            var found = path.Split('.').Aggregate(value, (node, part) => (node as JsonObject)?[part]);
            if (found is not null) result[path] = found.DeepClone();
        }

        return result;
    }

    static JsonNode? Masked(JsonNode? node, Names names) => node switch
    {
        JsonObject item => new JsonObject(item.Select(p =>
            KeyValuePair.Create(p.Key, Volatile.Contains(p.Key) && p.Value is { } value && value.ToString().Length > 0 ? "<volatile>" : Masked(p.Value, names)))),
        JsonArray list => new JsonArray([.. list.Select(v => Masked(v, names))]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => names.NameOf((string)value!) ?? (string)value!,
        JsonValue value when value.TryGetValue<long>(out var time) && time > 1_000_000_000 && Math.Abs(time - names.Now) < 10_000_000 => Minutes(time - names.Now),
        _ => node?.DeepClone(),
    };

    static string Minutes(long seconds) => $"<now{Math.Round(seconds / 60.0):+0;-0;+0} min>";

    static JsonArray Sorted(JsonArray list) =>
        new([.. list.OrderBy(v => v?.ToJsonString(), StringComparer.Ordinal).Select(v => v?.DeepClone())]);

    static string Shown(JsonNode? node) => node?.ToJsonString() is { } text ? text[..Math.Min(text.Length, 160)] : "null";
}
