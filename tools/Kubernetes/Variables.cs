using System.Text.RegularExpressions;
using DevPortal.Manifest;
using k8s.Models;

namespace DevPortal.Kubernetes;

/// <summary>Turns the manifest's environments into a container's: plain text, a key of a Secret, or text that the kubelet makes of both
/// (<c>$(NAME)</c>). No secret stands in anything but the Secret.</summary>
internal sealed partial class Variables
{
    private const char Begin = '\u0001', End = '\u0002';

    private readonly AppManifest manifest;
    private readonly DeployOptions options;
    private readonly Edges edges;
    private readonly IReadOnlyDictionary<string, string> parameters;
    private readonly Resolver resolver, withSecrets;

    public Variables(AppManifest manifest, DeployOptions options, Edges edges, IReadOnlyDictionary<string, string> kept)
    {
        this.manifest = manifest;
        this.options = options;
        this.edges = edges;
        var connections = manifest.Resources.Keys.Where(IsExternalConnection).ToHashSet();
        (parameters, _) = Parameters.Decide(
            manifest,
            options.Parameters.Where(parameter => !connections.Contains(parameter.Key)).ToDictionary(),
            kept,
            // With a Secret that exists nothing is made up here; only that there is a value matters.
            options.Secret is null ? new Dictionary<string, string>() : manifest.OfType(Resource.Parameter).Where(parameter => IsSecret(parameter.Name)).ToDictionary(parameter => parameter.Name, _ => ""));
        var endpoints = Endpoints(manifest);
        withSecrets = new(manifest, parameters, endpoints, options.Parameters.Where(given => connections.Contains(given.Key)).ToDictionary());
        var marks = manifest.Resources.Keys.Where(IsSecret).ToDictionary(name => name, name => $"{Begin}{name}{End}");
        resolver = new(manifest, parameters, endpoints, marks);
    }

    /// <summary>Every port that is not given is this one: nothing may listen on a port below 1024 without being root.</summary>
    public const int HttpPort = 8080;

    public static Dictionary<string, Endpoint> Endpoints(AppManifest manifest) => manifest.Resources
        .SelectMany(resource => resource.Value.Bindings, (resource, binding) => (resource.Key, Name: binding.Key, Binding: binding.Value))
        .ToDictionary(entry => $"{entry.Key}/{entry.Name}", entry => new Endpoint(entry.Binding.Scheme, entry.Key, entry.Binding.TargetPort ?? HttpPort));

    public string Parameter(string name) => parameters[name];

    /// <summary>The keys of our Secret with their values; null where a Secret exists.</summary>
    public IReadOnlyDictionary<string, string>? SecretValues => options.Secret is not null ? null : Used()
        .Where(name => !IsExternalConnection(name))
        .ToDictionary(name => name, name => withSecrets.Resolve($"{{{name}.value}}"));

    /// <summary>The keys of the Secret with connection strings; null where it exists, or is yet to be made by others.</summary>
    /// <exception cref="InvalidDataException">Some are given and others not.</exception>
    public IReadOnlyDictionary<string, string>? ConnectionValues
    {
        get
        {
            var connections = Connections.ToList();
            if (!connections.Any(options.Parameters.ContainsKey)) return null;
            var missing = connections.FirstOrDefault(name => !options.Parameters.ContainsKey(name));
            return missing is null
                ? connections.ToDictionary(name => name, name => options.Parameters[name])
                : throw new InvalidDataException($"Give all connection strings or none: {missing} is missing (--parameter {missing}=… or {Parameters.Variable(missing)}).");
        }
    }

    /// <summary>The connection strings that come from outside.</summary>
    public IEnumerable<string> Connections => Used().Where(IsExternalConnection);

    public List<V1EnvVar> Of(string resource)
    {
        var plain = new List<V1EnvVar>();
        var secrets = new SortedDictionary<string, V1EnvVar>(StringComparer.Ordinal);
        foreach (var (name, value) in resolver.Environment(resource))
        {
            if (Whole().Match(value) is { Success: true } whole)
            {
                plain.Add(FromSecret(name, whole.Groups["name"].Value));
                continue;
            }

            // The kubelet reads $$ as $.
            var composed = Mark().Replace(value.Replace("$", "$$", StringComparison.Ordinal), match =>
            {
                var secret = match.Groups["name"].Value;
                var variable = Parameters.Variable(secret);
                secrets[variable] = FromSecret(variable, secret);
                return $"$({variable})";
            });
            plain.Add(new V1EnvVar { Name = name, Value = composed });
        }

        // What a value is made of has to stand before it.
        return [.. secrets.Values, .. plain];
    }

    private V1EnvVar FromSecret(string variable, string key) => new()
    {
        Name = variable,
        ValueFrom = new V1EnvVarSource
        {
            SecretKeyRef = new V1SecretKeySelector { Name = IsExternalConnection(key) ? options.ConnectionsSecret : options.Secret ?? Labels.Portal, Key = key },
        },
    };

    private IEnumerable<string> Used() => manifest.Resources
        .Where(resource => resource.Value.Type == Resource.Project || (resource.Value.Type == Resource.Container && !options.External))
        .SelectMany(resource => resolver.Environment(resource.Key).Values)
        .SelectMany(value => Mark().Matches(value))
        .Select(match => match.Groups["name"].Value)
        .Distinct().Order(StringComparer.Ordinal);

    private bool IsSecret(string name) => manifest.Resources[name] switch
    {
        { Type: Resource.Parameter } parameter => parameter.Inputs.GetValueOrDefault("value")?.Secret == true,
        { Type: Resource.AnnotatedString } => edges.Behind(name).Any(behind => behind != name && IsSecret(behind)),
        _ => IsExternalConnection(name),
    };

    private bool IsExternalConnection(string name) => options.External && manifest.Resources[name].ConnectionString is not null
        && edges.Behind(name).Any(behind => manifest.Resources[behind].Type == Resource.Container);

    [GeneratedRegex("\u0001(?<name>[^\u0002]+)\u0002")]
    private static partial Regex Mark();

    [GeneratedRegex("^\u0001(?<name>[^\u0002]+)\u0002$")]
    private static partial Regex Whole();
}
