using System.Text.Json;

namespace DevPortal.Portal.Web;

/// <summary>One operation of an OpenAPI document, as the plain list shows it.</summary>
public sealed record Operation(string Method, string Path, string? Summary, string? Tag, IReadOnlyList<string> Parameters);

static class Operations
{
    static readonly string[] Methods = ["get", "post", "put", "patch", "delete", "head", "options"];

    public static IReadOnlyList<Operation> Of(string openApi)
    {
        using var document = JsonDocument.Parse(openApi);
        if (!document.RootElement.TryGetProperty("paths", out var paths) || paths.ValueKind != JsonValueKind.Object) return [];
        return
        [
            .. from path in paths.EnumerateObject()
               where path.Value.ValueKind == JsonValueKind.Object
               from operation in path.Value.EnumerateObject()
               where Methods.Contains(operation.Name) && operation.Value.ValueKind == JsonValueKind.Object
               select new Operation(
                   operation.Name.ToUpperInvariant(), path.Name, Text(operation.Value, "summary") ?? Text(operation.Value, "operationId"), FirstTag(operation.Value),
                   [.. Names(path.Value).Concat(Names(operation.Value))]),
        ];
    }

    static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    static string? FirstTag(JsonElement operation) =>
        operation.TryGetProperty("tags", out var tags) && tags.ValueKind == JsonValueKind.Array && tags.GetArrayLength() > 0 && tags[0].ValueKind == JsonValueKind.String ? tags[0].GetString() : null;

    static IEnumerable<string> Names(JsonElement holder) =>
        holder.TryGetProperty("parameters", out var parameters) && parameters.ValueKind == JsonValueKind.Array
            ? parameters.EnumerateArray().Where(parameter => parameter.ValueKind == JsonValueKind.Object).Select(parameter => Text(parameter, "name")).OfType<string>()
            : [];
}
