using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace DevPortal.Demo.Fuzzing;

/// <summary>One operation of the public API, as its service's OpenAPI document describes it.</summary>
public sealed record Operation(string Service, HttpMethod Method, string Path, JsonObject Document, JsonObject Description)
{
    static readonly string[] Services = ["identity", "catalog", "provisioning", "credentials", "tyk-sync"];

    /// <summary>The body's properties with their schemas; empty where it takes none.</summary>
    public IReadOnlyDictionary<string, JsonObject> Properties { get; } = ReadProperties(Document, Description);

    public string Id => Description["operationId"]!.GetValue<string>();

    /// <summary>Everybody may call it, token or not.</summary>
    public bool IsOpen => Description["x-roles"]!.AsArray().Any(role => role!.GetValue<string>() == "anybody");

    public bool IsForAdmins => Description["x-roles"]!.AsArray() is [{ } role] && role.GetValue<string>() == "admin";

    public bool TakesIfMatch => Description["parameters"]?.AsArray().Any(parameter => parameter!["name"]!.GetValue<string>() == "If-Match") == true;

    /// <summary>Problem codes that it is described to answer with this status.</summary>
    public IEnumerable<string> CodesOf(int status) => Description["responses"]![$"{status}"]?["x-problem-codes"]?.AsArray().Select(code => code!.GetValue<string>()) ?? [];

    /// <summary>What is wrong with an answer; null if it is as described.</summary>
    public async Task<string?> ComplaintAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        var status = (int)answer.StatusCode;
        var text = await answer.Content.ReadAsStringAsync(ct);
        var seen = $"{status} {answer.Content.Headers.ContentType?.MediaType} {(text.Length > 300 ? text[..300] : text)}";
        if (status >= 500) return seen;
        if (Description["responses"]![$"{status}"] is null) return "not described: " + seen;
        if (status < 400) return Misfit(answer, text) is { } misfit ? $"{misfit}: {seen}" : null;
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json") return "no problem details: " + seen;
        var problem = JsonNode.Parse(text)!;
        if (problem["code"]?.GetValue<string>() is not { } code || problem["type"]?.GetValue<string>() != "urn:devportal:problem:" + code || problem["status"]?.GetValue<int>() != status)
            return "no code, type or status: " + seen;
        return CodesOf(status).Contains(code) ? null : "code not described: " + seen;
    }

    /// <summary>How an answer differs from its schema: a field that is not described, or one that is missing.</summary>
    string? Misfit(HttpResponseMessage answer, string text) =>
        Description["responses"]![$"{(int)answer.StatusCode}"]!["content"]?["application/json"]?["schema"] is JsonObject schema && text.Length > 0 ? Misfit("$", schema, JsonNode.Parse(text)) : null;

    string? Misfit(string path, JsonObject schema, JsonNode? value)
    {
        schema = Resolved(Document, schema);
        switch (value)
        {
            case JsonArray items when schema["items"] is JsonObject item:
                return items.Select((member, at) => Misfit($"{path}[{at}]", item, member)).FirstOrDefault(misfit => misfit is not null);
            case JsonObject members when schema["properties"] is JsonObject properties:
                return members.Select(member => properties[member.Key] is JsonObject property ? Misfit($"{path}.{member.Key}", property, member.Value) : $"{path}.{member.Key} is not described")
                    .Concat((schema["required"]?.AsArray() ?? []).Select(required => members.ContainsKey(required!.GetValue<string>()) ? null : $"{path}.{required} is missing"))
                    .FirstOrDefault(misfit => misfit is not null);
            case JsonValue word when schema["enum"] is JsonArray words && !words.Any(known => known?.ToJsonString() == word.ToJsonString()):
                return $"{path} is no such word";
            default:
                return null;
        }
    }

    public bool TakesBody => Description["requestBody"] is not null;

    public IEnumerable<string> QueryParameters =>
        from parameter in Description["parameters"]?.AsArray() ?? []
        where parameter!["in"]!.GetValue<string>() == "query"
        select parameter["name"]!.GetValue<string>();

    /// <summary>It can't be called without a query.</summary>
    public bool NeedsQuery => (Description["parameters"]?.AsArray() ?? []).Any(parameter => parameter!["in"]!.GetValue<string>() == "query" && parameter["required"]?.GetValue<bool>() == true);

    /// <summary>All that the gateway's documents name.</summary>
    public static async Task<IReadOnlyList<Operation>> AllAsync(HttpClient http, CancellationToken ct)
    {
        var all = new List<Operation>();
        foreach (var service in Services)
        {
            var document = (await http.GetFromJsonAsync<JsonObject>($"/openapi/{service}.json", ct))!;
            foreach (var (path, item) in document["paths"]!.AsObject())
            {
                foreach (var (method, description) in item!.AsObject().Where(entry => entry.Key is "get" or "put" or "post" or "delete" or "patch" or "head"))
                    all.Add(new(service, new HttpMethod(method.ToUpperInvariant()), path, document, description!.AsObject()));
            }
        }
        return all;
    }

    /// <summary>A body that fits the schemas.</summary>
    public JsonObject Body() => new(Properties.Select(property => KeyValuePair.Create(property.Key, Fitting(property.Value))));

    public override string ToString() => $"{Method} {Path}";

    /// <summary>Bodies that do not fit, or only just: (what it is, its text, the one property that it is about).</summary>
    public IEnumerable<(string What, string Body, string? Property)> BadBodies()
    {
        foreach (var (what, body) in BadDocuments()) yield return (what, body, null);
        foreach (var (name, schema) in Properties)
        {
            yield return ($"without {name}", With(name, null), name);
            foreach (var (what, value) in BadValues(schema)) yield return ($"{name}: {what}", With(name, value), name);
        }
    }

    static IEnumerable<(string What, string Body)> BadDocuments()
    {
        yield return ("no body", "");
        yield return ("cut off", "{");
        yield return ("an array", "[]");
        yield return ("null", "null");
        yield return ("a text", "\"text\"");
        yield return ("a number", "1");
        yield return ("an empty object", "{}");
        yield return ("no JSON", "<xml/>");
        yield return ("arrays in arrays", new string('[', 5_000) + new string(']', 5_000));
        yield return ("objects in objects", string.Concat(Enumerable.Repeat("{\"a\":", 5_000)) + "1" + new string('}', 5_000));
        yield return ("a name that is no text", "{\"\\ud800\":1}");
        yield return ("a name with NUL", "{\"\\u0000\":1}");
        yield return ("large", $"{{\"a\":\"{new string('x', 2_000_000)}\"}}");
    }

    string With(string name, string? value)
    {
        var members = Body().Where(member => member.Key != name).Select(member => $"{JsonValue.Create(member.Key).ToJsonString()}:{member.Value?.ToJsonString() ?? "null"}");
        if (value is not null) members = members.Append($"{JsonValue.Create(name).ToJsonString()}:{value}");
        return $"{{{string.Join(',', members)}}}";
    }

    static IEnumerable<(string, string)> BadValues(JsonObject schema)
    {
        yield return ("null", "null");
        yield return ("an object", "{\"a\":{}}");
        yield return ("an array of everything", "[null,1,\"a\",{},[]]");
        yield return ("a number", "7");
        yield return ("a huge number", "1e400");
        yield return ("a long number", new string('9', 400));
        yield return ("yes", "true");
        yield return ("empty", "\"\"");
        yield return ("blank", "\"   \"");
        yield return ("NUL", "\"a\\u0000b\"");
        yield return ("half a character", "\"\\ud800\"");
        yield return ("control characters", "\"\\u0001\\u001b\\u202e\\ufffe\"");
        yield return ("too long", $"\"{new string('x', 30_000)}\"");
        yield return ("no GUID", "\"018f0000-0000-7000-8000-00000000000g\"");
        yield return ("an unknown GUID", $"\"{Guid.NewGuid()}\"");
        yield return ("a GUID of this moment", $"\"{Guid.CreateVersion7().ToString()[..^4]}beef\"");
        yield return ("a GUID of no time at all", "\"ffffffff-ffff-7fff-bfff-ffffffffffff\"");
        yield return ("a GUID of the far future", "\"0fffffff-ffff-7fff-bfff-ffffffffffff\"");
        yield return ("the first moment", "\"0001-01-01T00:00:00+14:00\"");
        yield return ("the last moment", "\"9999-12-31T23:59:59.9999999-14:00\"");
        if (TypeOf(schema) != "array") yield break;
        yield return ("no items", "[]");
        yield return ("many items", $"[{string.Join(',', Enumerable.Range(0, 3_000).Select(_ => $"\"{Guid.NewGuid()}\""))}]");
        yield return ("the same twice", $"[\"{Guid.Empty}\",\"{Guid.Empty}\"]");
        yield return ("items with NUL", "[\"a\\u0000b\"]");
        yield return ("too long items", $"[\"{new string('x', 30_000)}\"]");
    }

    JsonNode? Fitting(JsonObject schema)
    {
        schema = Resolved(Document, schema);
        if (schema["enum"] is JsonArray { Count: > 0 } words) return words[0]?.DeepClone();
        return TypeOf(schema) switch
        {
            "array" => new JsonArray(Fitting(schema["items"]!.AsObject())),
            "integer" or "number" => 1,
            "boolean" => true,
            "object" => new JsonObject((schema["properties"]?.AsObject() ?? []).Select(property => KeyValuePair.Create(property.Key, Fitting(property.Value!.AsObject())))),
            _ => schema["format"]?.GetValue<string>() switch
            {
                "uuid" => Guid.NewGuid().ToString(),
                "date-time" => DateTimeOffset.UtcNow.AddDays(1).ToString("O", CultureInfo.InvariantCulture),
                _ => $"text-{Guid.NewGuid():N}"[..12],
            },
        };
    }

    static Dictionary<string, JsonObject> ReadProperties(JsonObject document, JsonObject description)
    {
        var schema = description["requestBody"]?["content"]?["application/json"]?["schema"]?.AsObject();
        return schema is null ? [] : (Resolved(document, schema)["properties"]?.AsObject() ?? []).ToDictionary(property => property.Key, property => Resolved(document, property.Value!.AsObject()));
    }

    static JsonObject Resolved(JsonObject document, JsonObject schema)
    {
        var one = schema["oneOf"]?.AsArray().Select(choice => choice!.AsObject()).FirstOrDefault(choice => TypeOf(choice) != "null");
        if (one is not null) return Resolved(document, one);
        return schema["$ref"]?.GetValue<string>() is { } reference ? Resolved(document, document["components"]!["schemas"]![reference.Split('/')[^1]]!.AsObject()) : schema;
    }

    static string? TypeOf(JsonObject schema) => schema["type"] switch
    {
        JsonArray several => several.Select(type => type!.GetValue<string>()).FirstOrDefault(type => type != "null"),
        { } one => one.GetValue<string>(),
        null => null,
    };
}
