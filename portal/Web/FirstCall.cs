using System.Text.Json;
using System.Text.RegularExpressions;
using DevPortal.Portal.Api;

namespace DevPortal.Portal.Web;

/// <summary>A line that calls a product and works when pasted: the first GET operation of its first API, with the example values of its document. The document is
/// anybody's: what it has of another kind than it should is passed over.</summary>
static partial class FirstCall
{
    /// <summary>Stands in the line where the key goes.</summary>
    public const string Key = "YOUR_KEY";

    const string Usual = "Authorization";

    /// <summary>Null where nobody said under which address the product is called.</summary>
    public static async Task<string?> LineAsync(PublicApi api, IReadOnlyList<Titled> products)
    {
        if (products.Count == 0 || await api.FindAsync<Product>($"/api/catalog/products/{products[0].Id}") is not { } product) return null;
        if ((product.Apis.FirstOrDefault(one => one is { HasOpenApi: true, Address: not null }) ?? product.Apis.FirstOrDefault(one => one.Address is not null)) is not { Address: { } address } first) return null;
        var document = first.HasOpenApi ? await api.FindTextAsync($"/api/catalog/products/{product.Id}/apis/{first.Id}/openapi") : null;
        var (path, header) = document is null ? ("/", Usual) : (PathOf(document), HeaderOf(document));
        return $"curl -H '{header}: {Key}' '{$"{address.TrimEnd('/')}{path}".Replace("'", "%27", StringComparison.Ordinal)}'";
    }

    /// <summary>The header that the document says the key goes into; where it says none, the one that Tyk reads unless told otherwise.</summary>
    public static string HeaderOf(string openApi)
    {
        using var document = JsonDocument.Parse(openApi);
        if (Part(document.RootElement, "components") is not { } components || Part(components, "securitySchemes") is not { ValueKind: JsonValueKind.Object } schemes) return Usual;
        return schemes.EnumerateObject().Select(scheme => scheme.Value)
            .Where(scheme => scheme.ValueKind == JsonValueKind.Object && Text(scheme, "type") == "apiKey" && Text(scheme, "in") == "header")
            .Select(scheme => Text(scheme, "name")).FirstOrDefault(name => name is not null && IsHeader().IsMatch(name)) ?? Usual;
    }

    static string? Text(JsonElement element, string name) => Part(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>The path and query of the first GET operation all of whose parameters have an example.</summary>
    public static string PathOf(string openApi)
    {
        using var document = JsonDocument.Parse(openApi);
        var root = document.RootElement;
        if (Part(root, "paths") is not { ValueKind: JsonValueKind.Object } paths) return "/";
        return paths.EnumerateObject().Select(path => Fill(root, path)).FirstOrDefault(path => path is not null) ?? "/";
    }

    static string? Fill(JsonElement root, JsonProperty path)
    {
        if (Part(path.Value, "get") is not { ValueKind: JsonValueKind.Object } get) return null;
        var parameters = ParametersOf(root, path.Value).Concat(ParametersOf(root, get)).ToArray();
        var filled = path.Name;
        foreach (var (name, _, value) in parameters.Where(parameter => parameter.In == "path"))
        {
            if (value is null) return null;
            filled = filled.Replace($"{{{name}}}", Uri.EscapeDataString(value), StringComparison.Ordinal);
        }

        var needed = parameters.Where(parameter => parameter.In == "query").ToArray();
        if (filled.Contains('{', StringComparison.Ordinal) || needed.Any(parameter => parameter.Value is null)) return null;
        return filled + QueryString.Create(needed.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value)));
    }

    /// <summary>Those that a call needs: of the path, and of the query where they are required.</summary>
    static IEnumerable<(string Name, string In, string? Value)> ParametersOf(JsonElement root, JsonElement element)
    {
        if (Part(element, "parameters") is not { ValueKind: JsonValueKind.Array } parameters) yield break;
        foreach (var parameter in parameters.EnumerateArray().Select(parameter => Resolved(root, parameter)))
        {
            if (parameter.ValueKind != JsonValueKind.Object || Text(parameter, "name") is not { } name || Text(parameter, "in") is not { } place) continue;
            if (place == "path" || (place == "query" && Part(parameter, "required") is { ValueKind: JsonValueKind.True })) yield return (name, place, Example(root, parameter));
        }
    }

    static string? Example(JsonElement root, JsonElement parameter)
    {
        if (Part(parameter, "example") is { } example) return example.ToString();
        if (Part(parameter, "examples") is { ValueKind: JsonValueKind.Object } examples && examples.EnumerateObject().Select(one => Part(Resolved(root, one.Value), "value")).FirstOrDefault(value => value is not null) is { } named) return named.ToString();
        if (Part(parameter, "schema") is not { } written) return null;
        var schema = Resolved(root, written);
        return (Part(schema, "example") ?? FirstOf(schema, "examples") ?? Part(schema, "default") ?? FirstOf(schema, "enum"))?.ToString();
    }

    static JsonElement? FirstOf(JsonElement element, string name) => Part(element, name) is { ValueKind: JsonValueKind.Array } many && many.GetArrayLength() > 0 ? many[0] : null;

    static JsonElement? Part(JsonElement element, string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var part) ? part : null;

    /// <summary>What a reference within the document leads to, one step; itself where it is none.</summary>
    static JsonElement Resolved(JsonElement root, JsonElement element)
    {
        if (Part(element, "$ref") is not { ValueKind: JsonValueKind.String } reference || reference.GetString() is not ['#', '/', .. var path]) return element;
        var at = (JsonElement?)root;
        foreach (var step in path.Split('/')) at = at is { } here ? Part(here, step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)) : null;
        return at ?? element;
    }

    // Of a document that may be anybody's, in a line that people paste into a shell.
    [GeneratedRegex("^[A-Za-z0-9-]{1,100}$")]
    private static partial Regex IsHeader();
}
