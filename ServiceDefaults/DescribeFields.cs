using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;

namespace DevPortal.ServiceDefaults;

/// <summary>Says of every field what it means, from the comments in the source, and gives an example. (Limits come from its annotations, by the framework.)</summary>
static partial class DescribeFields
{
    /// <summary>The type behind each schema, remembered when it gets its name.</summary>
    static readonly ConcurrentDictionary<string, JsonTypeInfo> Types = [];

    public static void Remember(string schema, JsonTypeInfo type) => Types[schema] = type;

    public static void Describe(OpenApiDocument document)
    {
        foreach (var (name, schema) in document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>())
        {
            // The framework leaves the type of enums out, and generators then take them for numbers.
            if (schema is OpenApiSchema { Type: null, Enum.Count: > 0 } words) words.Type = JsonSchemaType.String;
            if (!Types.TryGetValue(name, out var type)) continue;
            if (type.Type == typeof(JsonElement)) schema.Description = "JSON as its author wrote it.";
            var described = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
            // What is nested in a feature is its input, its answer, or a part of it.
            schema.Description ??= XmlComments.Of(described) ?? (described.DeclaringType is { } feature ? $"{described.Name} of {feature.Name}: {XmlComments.Of(feature)}" : null);
            foreach (var (field, value) in schema.Properties ?? new Dictionary<string, IOpenApiSchema>())
            {
                var property = type.Properties.FirstOrDefault(known => known.Name == field)?.AttributeProvider as PropertyInfo;
                value.Description = (property is null ? null : XmlComments.Of(property)) ?? Vocabulary.MeaningOf(field);
                if (value is OpenApiSchema own && Example(field, value.Description, own) is { } example) own.Examples = [example];
            }
        }
    }

    /// <summary>What the comment names by "e.g. `…`", else the vocabulary's, else one of its type. Null for what refers to another schema.</summary>
    public static JsonNode? Example(string name, string? meaning, IOpenApiSchema? schema)
    {
        if (schema is null or OpenApiSchemaReference) return null;
        if (schema.Enum is { Count: > 0 } words) return words[0]?.DeepClone();
        if (schema.Type is { } type && type.HasFlag(JsonSchemaType.Array))
            return Example(name, meaning, schema.Items) is { } item ? new JsonArray(item) : null;
        if (meaning is not null && Named().Match(meaning) is { Success: true } match && schema.Type?.HasFlag(JsonSchemaType.String) == true) return match.Groups[1].Value;
        if (schema.Format == "uuid") return Vocabulary.SomeId;
        if (schema.Format == "date-time") return Vocabulary.SomeTime;
        if (Vocabulary.ExampleOf(name) is { } known) return known;
        return schema.Type switch
        {
            { } flag when flag.HasFlag(JsonSchemaType.Boolean) => true,
            { } number when number.HasFlag(JsonSchemaType.Integer) || number.HasFlag(JsonSchemaType.Number) => 1,
            _ => null,
        };
    }

    [GeneratedRegex("e\\.g\\. `([^`]+)`")]
    private static partial Regex Named();
}
