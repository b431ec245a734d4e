using System.Text;

namespace DevPortal.Manifest;

/// <summary>Replaces the manifest's expressions by what they stand for in this run. Pure.</summary>
/// <param name="parameters">The value of every parameter. It may hold braces: a value is never read as an expression.</param>
/// <param name="endpoints">By <c>resource/binding</c>.</param>
/// <param name="instead">By resource: what stands for its value or connection string, whatever the manifest says.</param>
public sealed class Resolver(
    AppManifest manifest,
    IReadOnlyDictionary<string, string> parameters,
    IReadOnlyDictionary<string, Endpoint> endpoints,
    IReadOnlyDictionary<string, string>? instead = null)
{
    private const int DeepestNesting = 20;

    /// <summary>A project's environment as the manifest says it.</summary>
    public IReadOnlyDictionary<string, string> Environment(string resource) =>
        Find(resource).Env.ToDictionary(entry => entry.Key, entry => Resolve(entry.Value));

    /// <summary>Connection string of a container or database.</summary>
    public string ConnectionString(string resource) => Resolve($"{{{resource}.connectionString}}");

    /// <exception cref="InvalidDataException">The text names something that is not in the manifest, or itself.</exception>
    public string Resolve(string text) => Resolve(text, 0);

    private string Resolve(string text, int depth)
    {
        if (depth > DeepestNesting) throw new InvalidDataException($"'{text}' refers to itself.");

        var resolved = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            var sign = text[at];
            if (sign is '{' or '}' && at + 1 < text.Length && text[at + 1] == sign)
            {
                resolved.Append(sign);
                at++;
            }
            else if (sign == '{')
            {
                var end = text.IndexOf('}', at);
                if (end < 0) throw new InvalidDataException($"'{text}' has an opening brace without a closing one.");
                resolved.Append(Lookup(text[(at + 1)..end], depth));
                at = end;
            }
            else
            {
                resolved.Append(sign);
            }
        }

        return resolved.ToString();
    }

    private string Lookup(string expression, int depth)
    {
        var parts = expression.Split('.');
        var resource = Find(parts[0]);
        return parts[1..] switch
        {
            ["connectionString"] or ["value"] when instead?.TryGetValue(parts[0], out var other) == true => other,
            ["connectionString"] when resource.ConnectionString is { } text => Resolve(text, depth + 1),
            ["value"] when resource.Value is { } text => Filtered(resource, Resolve(text, depth + 1)),
            ["inputs", "value"] when parameters.TryGetValue(parts[0], out var value) => value,
            ["bindings", var binding, var part] when endpoints.TryGetValue($"{parts[0]}/{binding}", out var endpoint) => Part(endpoint, part, expression),
            _ => throw Unknown(expression),
        };
    }

    private static string Filtered(Resource resource, string value) => resource.Filter switch
    {
        null => value,
        "uri" => Uri.EscapeDataString(value),
        var other => throw new InvalidDataException($"The manifest filters a value by '{other}', which is not known here."),
    };

    private static string Part(Endpoint endpoint, string part, string expression) => part switch
    {
        "host" => endpoint.Host,
        "port" or "targetPort" => $"{endpoint.Port}",
        "url" => endpoint.Url,
        "scheme" => endpoint.Scheme,
        _ => throw Unknown(expression),
    };

    private Resource Find(string name) =>
        manifest.Resources.TryGetValue(name, out var resource) ? resource : throw new InvalidDataException($"The manifest has no resource '{name}'.");

    private static InvalidDataException Unknown(string expression) => new($"The manifest's expression {{{expression}}} stands for nothing.");
}
