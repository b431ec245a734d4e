using System.Text.RegularExpressions;
using DevPortal.Manifest;
using k8s;
using k8s.Models;

namespace DevPortal.Kubernetes.Tests;

/// <summary>Files as a cluster would read them: strictly, and with the kubelet's rules for environments.</summary>
internal sealed partial class Deployed
{
    public static string Root { get; } = FindRoot();

    public static AppManifest Manifest { get; } = AppManifest.Load(Path.Combine(Root, "aspire-manifest.json"));

    /// <summary>With all that YAML, kubelet and connection strings could read otherwise than it is meant.</summary>
    public static readonly Dictionary<string, string> Awkward = new()
    {
        ["public-url"] = "https://portal.example.com",
        ["seal-key"] = "$(HOME) $$x ${y} 'single' \"double\"",
        ["key-pepper"] = "yes",
        ["portal-secret"] = "a secret of the portal",
        ["hash-pepper"] = "00:12:30",
        ["bootstrap-token"] = "{public-url.value}",
        ["postgres-password"] = "a: b # c $(X)",
        ["rabbitmq-user"] = "some$(USER)$$",
        ["rabbitmq-password"] = "p@ss:/word%",
        ["tyk-url"] = "http://tyk.tyk:8080",
        ["tyk-secret"] = "null",
        ["tyk-org-id"] = "0123",
    };

    public static DeployOptions Options { get; } = new("ghcr.io/acme", "1.2.0") { Parameters = Awkward };

    private readonly Dictionary<string, List<object>> byFile;

    public Deployed(DeployOptions options, AppManifest? manifest = null, IReadOnlyDictionary<string, string>? kept = null)
    {
        Deployment = Deployment.Of(manifest ?? Manifest, options, kept ?? new Dictionary<string, string>());
        byFile = Deployment.Files.Where(file => !file.Key.EndsWith("kustomization.yaml", StringComparison.Ordinal))
            .ToDictionary(file => file.Key, file => KubernetesYaml.LoadAllFromString(file.Value, null, strict: true));
    }

    public Deployment Deployment { get; }

    public IEnumerable<string> FilesOf(string folder) => byFile.Keys.Where(file => file.StartsWith($"{folder}/", StringComparison.Ordinal));

    public IEnumerable<object> Everything => byFile.Values.SelectMany(objects => objects);

    public IEnumerable<T> All<T>() => Everything.OfType<T>();

    public T? Find<T>(string name) where T : class, IKubernetesObject<V1ObjectMeta> => All<T>().SingleOrDefault(one => one.Metadata.Name == name);

    public T Get<T>(string name) where T : class, IKubernetesObject<V1ObjectMeta> => Find<T>(name) ?? throw new InvalidDataException($"There is no {typeof(T).Name} '{name}'.");

    /// <summary>The environment that the container would have.</summary>
    public Dictionary<string, string> EnvironmentOf(V1Container container, IReadOnlyDictionary<string, string>? foreign = null)
    {
        var seen = new Dictionary<string, string>();
        foreach (var variable in container.Env)
            seen[variable.Name] = variable.ValueFrom?.SecretKeyRef is { } key ? SecretValue(key, foreign) : Expand(variable.Value, seen);
        return seen;
    }

    private string SecretValue(V1SecretKeySelector key, IReadOnlyDictionary<string, string>? foreign) =>
        Find<V1Secret>(key.Name) is { } secret ? secret.StringData[key.Key] : foreign![$"{key.Name}/{key.Key}"];

    /// <summary>As k8s.io/kubernetes/third_party/forked/golang/expansion does it: unknown names stay, $$ is $.</summary>
    private static string Expand(string? text, Dictionary<string, string> known) => Reference().Replace(text ?? "", match => match.Value switch
    {
        "$$" => "$",
        _ when known.TryGetValue(match.Groups["name"].Value, out var value) => value,
        var unknown => unknown,
    });

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "DevPortal.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    [GeneratedRegex(@"\$\$|\$\((?<name>[^)]*)\)")]
    private static partial Regex Reference();
}
