using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace DevPortal.SystemTests;

/// <summary>One operation of the public API, as its service's OpenAPI document describes it.</summary>
public sealed record Operation(string Service, HttpMethod Method, string Path, JsonObject Document, JsonObject Description)
{
    static readonly string[] Services = ["identity", "catalog", "provisioning", "credentials", "tyk-sync"];

    /// <summary>The body's properties with their schemas; empty where it takes none.</summary>
    public IReadOnlyDictionary<string, JsonObject> Properties { get; } = ReadProperties(Document, Description);

    public bool TakesBody => Description["requestBody"] is not null;

    public IEnumerable<string> QueryParameters =>
        from parameter in Description["parameters"]?.AsArray() ?? []
        where parameter!["in"]!.GetValue<string>() == "query"
        select parameter["name"]!.GetValue<string>();

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
