using System.Text.Json.Nodes;

namespace DevPortal.TykStandIn;

/// <summary>What the API behind the gateway would say: the first successful response of the matching operation, else the API's name and the path.</summary>
static class Example
{
    public static IResult Of(ApiDefinition api, string method, string path)
    {
        var operation = Operation(api.Document, method.ToLowerInvariant(), path);
        var (status, response) = Successful(operation);
        if (Resolve(api.Document, response).At("content") is JsonObject content) return Answer(api.Document!, content, status);
        if (response is not null && status == 204) return Results.StatusCode(status);
        return Results.Text(TykJson.Write(new JsonObject { ["api"] = api.Name, ["path"] = path }), Answers.Json, statusCode: status);
    }

    static JsonNode? Operation(JsonObject? document, string method, string path) =>
        (document.At("paths") as JsonObject ?? [])
            .Where(p => Matches(p.Key, path) && p.Value.At(method) is not null)
            .OrderBy(p => p.Key.Count(c => c == '{'))
            .FirstOrDefault().Value.At(method);

    static bool Matches(string template, string path)
    {
        var (wanted, given) = (template.Trim('/').Split('/'), path.Trim('/').Split('/'));
        return wanted.Length == given.Length
            && wanted.Zip(given).All(p => p.First == p.Second || (p.First.StartsWith('{') && p.First.EndsWith('}') && p.Second.Length > 0));
    }

    static (int Status, JsonNode? Response) Successful(JsonNode? operation)
    {
        foreach (var (code, response) in operation.At("responses") as JsonObject ?? [])
        {
            if (code.StartsWith('2')) return (int.TryParse(code, out var status) ? status : 200, response);
        }

        return (200, null);
    }

    static IResult Answer(JsonObject document, JsonObject content, int status)
    {
        var (type, media) = content.FirstOrDefault(c => c.Key.Contains("json", StringComparison.Ordinal)) is { Key: not null } json ? json : content.FirstOrDefault();
        var value = media.At("example") ?? FirstOf(document, media.At("examples")) ?? FromSchema(document, media.At("schema"), depth: 0);
        return type is null || type.Contains("json", StringComparison.Ordinal)
            ? Results.Text(TykJson.Write(value), Answers.Json, statusCode: status)
            : Results.Text(value?.ToString() ?? "", type, statusCode: status);
    }

    static JsonNode? FirstOf(JsonObject document, JsonNode? examples) =>
        (examples as JsonObject)?.Select(e => Resolve(document, e.Value).At("value")).FirstOrDefault(v => v is not null);

    static JsonNode? FromSchema(JsonObject document, JsonNode? schema, int depth)
    {
        schema = Resolve(document, schema);
        if (schema is null || depth > 8) return null;
        if ((schema.At("example") ?? schema.At("default") ?? (schema.At("enum") as JsonArray)?.FirstOrDefault()) is { } given) return given.DeepClone();
        if ((schema.At("oneOf") ?? schema.At("anyOf")) is JsonArray { Count: > 0 } choices) return FromSchema(document, choices[0], depth + 1);

        var type = schema.TextAt("type");
        if (type == "array") return new JsonArray(FromSchema(document, schema.At("items"), depth + 1));
        if (schema.At("properties") is not null || schema.At("allOf") is not null || type == "object") return Properties(document, schema, depth);
        return (type, schema.TextAt("format")) switch
        {
            ("integer" or "number", _) => 1,
            ("boolean", _) => true,
            (_, "date-time") => "2026-01-02T03:04:05Z",
            (_, "date") => "2026-01-02",
            (_, "uuid") => "3fa85f64-5717-4562-b3fc-2c963f66afa6",
            _ => "text",
        };
    }

    static JsonObject Properties(JsonObject document, JsonNode schema, int depth)
    {
        var result = new JsonObject();
        foreach (var part in schema.At("allOf") as JsonArray ?? [])
        {
            foreach (var (name, value) in FromSchema(document, part, depth + 1) as JsonObject ?? []) result[name] = value?.DeepClone();
        }

        foreach (var (name, property) in schema.At("properties") as JsonObject ?? []) result[name] = FromSchema(document, property, depth + 1);
        return result;
    }

    static JsonNode? Resolve(JsonObject? document, JsonNode? node)
    {
        for (var hops = 0; hops < 8 && node.TextAt("$ref") is { Length: > 0 } pointer && pointer.StartsWith("#/", StringComparison.Ordinal); hops++)
        {
            node = document.At([.. pointer[2..].Split('/').Select(p => p.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))]);
        }

        return node;
    }
}
