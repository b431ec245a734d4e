using System.Text.Json;
using System.Text.RegularExpressions;
using DevPortal.Portal.Api;

namespace DevPortal.Portal.Web;

/// <summary>A line that calls a product and works when pasted: the first GET operation of its first API, with the example values of its document.</summary>
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
        if (!document.RootElement.TryGetProperty("components", out var components) || components.ValueKind != JsonValueKind.Object
            || !components.TryGetProperty("securitySchemes", out var schemes) || schemes.ValueKind != JsonValueKind.Object) return Usual;
        return schemes.EnumerateObject().Select(scheme => scheme.Value)
            .Where(scheme => scheme.ValueKind == JsonValueKind.Object && Text(scheme, "type") == "apiKey" && Text(scheme, "in") == "header")
            .Select(scheme => Text(scheme, "name")).FirstOrDefault(name => name is not null && IsHeader().IsMatch(name)) ?? Usual;
    }

    static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The path and query of the first GET operation all of whose parameters have an example.</summary>
    public static string PathOf(string openApi)
    {
        using var document = JsonDocument.Parse(openApi);
        if (!document.RootElement.TryGetProperty("paths", out var paths) || paths.ValueKind != JsonValueKind.Object) return "/";
        // Beside paths an extension may stand there, of any kind.
        return paths.EnumerateObject().Where(path => path.Value.ValueKind == JsonValueKind.Object && path.Value.TryGetProperty("get", out var get) && get.ValueKind == JsonValueKind.Object).Select(Fill).FirstOrDefault(path => path is not null) ?? "/";
    }

    static string? Fill(JsonProperty path)
    {
        var parameters = ParametersOf(path.Value).Concat(ParametersOf(path.Value.GetProperty("get"))).Where(parameter => parameter.ValueKind == JsonValueKind.Object && parameter.TryGetProperty("in", out _)).ToArray();
        var filled = path.Name;
        foreach (var parameter in parameters.Where(parameter => parameter.GetProperty("in").ValueEquals("path")))
        {
            if (Example(parameter) is not { } value) return null;
            filled = filled.Replace($"{{{parameter.GetProperty("name").GetString()}}}", Uri.EscapeDataString(value), StringComparison.Ordinal);
        }

        var query = parameters.Where(parameter => parameter.GetProperty("in").ValueEquals("query") && parameter.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.True)
            .Select(parameter => (Name: parameter.GetProperty("name").GetString()!, Value: Example(parameter))).ToArray();
        if (filled.Contains('{', StringComparison.Ordinal) || query.Any(parameter => parameter.Value is null)) return null;
        return filled + QueryString.Create(query.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value)));
    }

    static IEnumerable<JsonElement> ParametersOf(JsonElement element) =>
        element.TryGetProperty("parameters", out var parameters) && parameters.ValueKind == JsonValueKind.Array ? parameters.EnumerateArray() : [];

    static string? Example(JsonElement parameter)
    {
        if (parameter.TryGetProperty("example", out var example)) return example.ToString();
        return parameter.TryGetProperty("schema", out var schema) && (schema.TryGetProperty("example", out example) || schema.TryGetProperty("default", out example)) ? example.ToString() : null;
    }

    // Of a document that may be anybody's, in a line that people paste into a shell.
    [GeneratedRegex("^[A-Za-z0-9-]{1,100}$")]
    private static partial Regex IsHeader();
}
