using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DevPortal.TykStandIn.Tests.Recordings;

/// <summary>The <c>{{names}}</c> of a recording: filled in on the way out, put back on the way in.</summary>
sealed partial class Names(Uri node, TimeProvider clock)
{
    readonly Dictionary<string, string> kept = [];

    public long Now => clock.GetUtcNow().ToUnixTimeSeconds();

    public string NodeAddress { get; } = node.ToString().TrimEnd('/');

    public void Keep(string name, JsonNode? value) => kept[name] = (string)value!;

    public string? NameOf(string value) => value.Length > 0 && kept.FirstOrDefault(k => k.Value == value) is { Key: { } name } ? $"{{{{{name}}}}}" : null;

    public JsonNode? Fill(JsonNode? node) => node switch
    {
        JsonObject item => new JsonObject(item.Select(p => KeyValuePair.Create((string)Fill(p.Key)!, Fill(p.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Fill)]),
        JsonValue value when value.TryGetValue<string>(out var text) => FillText(text),
        _ => node?.DeepClone(),
    };

    JsonValue FillText(string text) =>
        Placeholder().Match(text) is { Success: true } only && only.Value == text && Moment(only.Groups[1].Value) is { } time
            ? JsonValue.Create(time)
            : JsonValue.Create(Placeholder().Replace(text, m => Moment(m.Groups[1].Value)?.ToString(CultureInfo.InvariantCulture) ?? kept[m.Groups[1].Value]));

    long? Moment(string name) =>
        NowPlus().Match(name) is { Success: true } moment ? Now + (moment.Groups[1].Success ? long.Parse(moment.Groups[1].Value, CultureInfo.InvariantCulture) : 0) : null;

    [GeneratedRegex(@"\{\{([^}]+)\}\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\Anow([+-]\d+)?\z")]
    private static partial Regex NowPlus();
}
