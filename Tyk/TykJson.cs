using System.Globalization;
using System.Text.Json;

namespace DevPortal.Tyk;

// Tyk's JSON is written by many versions and by hand: null for empty, floats for integers, fields that come and go.
internal static class TykJson
{
    // OpenAPI documents nest deeper than the default of 64; beyond this a document is refused as broken.
    public static readonly JsonDocumentOptions Tolerant = new() { MaxDepth = 256, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>The same for lists that are read entry by entry.</summary>
    public static readonly JsonSerializerOptions Streamed = new() { MaxDepth = Tolerant.MaxDepth, AllowTrailingCommas = true, ReadCommentHandling = JsonCommentHandling.Skip, DefaultBufferSize = 1 << 17 };

    public static JsonElement? Get(this JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;

    public static JsonElement? Path(this JsonElement from, params ReadOnlySpan<string> names)
    {
        JsonElement? at = from;
        foreach (var name in names)
        {
            at = at?.Get(name);
        }

        return at;
    }

    public static string? Text(this JsonElement from, string name) => from.Get(name) switch
    {
        // No database of ours can hold a NUL, and none belongs into a name.
        { ValueKind: JsonValueKind.String } text => text.GetString()!.Replace("\0", "", StringComparison.Ordinal) is { Length: > 0 } value ? value : null,
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    /// <summary>False for a text with half a surrogate pair, which is JSON and no Unicode: it could be neither read nor written.</summary>
    public static bool IsUnicode(this JsonElement json, string raw)
    {
        if (!raw.Contains("\\ud", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        try
        {
            ReadStrings(json);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static void ReadStrings(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                json.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in json.EnumerateArray())
                {
                    ReadStrings(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in json.EnumerateObject())
                {
                    _ = member.Name;
                    ReadStrings(member.Value);
                }

                break;
        }
    }

    public static bool Flag(this JsonElement from, string name) => from.Get(name) is { ValueKind: JsonValueKind.True };

    public static double? Number(this JsonElement from, string name) => from.Get(name) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetDouble(out var value) => value,
        { ValueKind: JsonValueKind.String } text when double.TryParse(text.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => value,
        _ => null,
    };

    public static long? Whole(this JsonElement from, string name) =>
        from.Number(name) is { } value && double.IsFinite(value) ? (long)Math.Clamp(value, long.MinValue / 2, long.MaxValue / 2) : null;

    public static IReadOnlyList<string> Texts(this JsonElement from, string name) =>
        from.Get(name) is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : [];

    public static IEnumerable<JsonProperty> Members(this JsonElement? from) =>
        from is { ValueKind: JsonValueKind.Object } map ? map.EnumerateObject() : [];
}
