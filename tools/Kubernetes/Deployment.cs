using DevPortal.Manifest;
using k8s;
using k8s.Models;

namespace DevPortal.Kubernetes;

/// <summary>The whole portal as files of YAML, by folder: what has to be there first stands first.</summary>
/// <param name="Files">By path inside the output folder.</param>
/// <param name="Connections">Keys of the Secret with connection strings that others have to make; empty if there is none.</param>
public sealed record Deployment(IReadOnlyDictionary<string, string> Files, IReadOnlyList<string> Connections)
{
    /// <summary>Where the secrets are, that a second run takes over: a new seal key would make what was sealed unreadable.</summary>
    public const string SecretFile = "settings/secret.yaml";

    /// <param name="manifest">The topology.</param>
    /// <param name="options">What is wanted.</param>
    /// <param name="kept">Secrets of an earlier run.</param>
    /// <exception cref="InvalidDataException">Options and manifest do not go together.</exception>
    public static Deployment Of(AppManifest manifest, DeployOptions options, IReadOnlyDictionary<string, string> kept)
    {
        options.Check();
        var edges = new Edges(manifest);
        var variables = new Variables(manifest, options, edges, kept);
        var workloads = new Workloads(manifest, options, variables, edges);
        var servers = new TrialServers(manifest, options, variables);
        var projects = manifest.OfType(Resource.Project).Select(project => project.Name).ToList();

        var files = new Dictionary<string, string>();
        void Add(string path, params IEnumerable<IKubernetesObject> objects) => files[path] = string.Join("---\n", objects.Select(one => KubernetesYaml.Serialize(one).TrimEnd() + "\n"));

        if (variables.SecretValues is { } values) Add(SecretFile, Secret(Labels.Portal, values));
        if (options.External && variables.ConnectionValues is { } connections) Add("settings/connections.yaml", Secret(options.ConnectionsSecret, connections));
        Add("settings/network.yaml", new NetworkRules(manifest, options, variables, edges, workloads).All());
        if (!options.External)
        {
            foreach (var (name, _) in manifest.OfType(Resource.Container)) Add($"servers/{name}.yaml", servers.Of(name));
        }

        foreach (var name in projects.Where(workloads.HasSchema)) Add($"schema/{name}.yaml", workloads.SchemaJob(name));
        foreach (var name in projects) Add($"programs/{name}.yaml", workloads.Of(name));
        Add("programs/ingress.yaml", PublicIngress(manifest, options, variables));

        foreach (var folder in files.Keys.Select(path => path.Split('/')[0]).Distinct().ToList())
            files[$"{folder}/kustomization.yaml"] = Kustomization(files.Keys.Where(path => path.StartsWith($"{folder}/", StringComparison.Ordinal)).Select(path => path[(folder.Length + 1)..]));
        files["kustomization.yaml"] = Kustomization(files.Keys.Select(path => path.Split('/')[0]).Distinct());
        return new(files, files.ContainsKey("settings/connections.yaml") ? [] : [.. variables.Connections]);
    }

    private static V1Secret Secret(string name, IReadOnlyDictionary<string, string> values) => new()
    {
        ApiVersion = "v1",
        Kind = "Secret",
        Metadata = Labels.Meta(name, "settings"),
        Type = "Opaque",
        StringData = values.ToDictionary(),
    };

    private static V1Ingress PublicIngress(AppManifest manifest, DeployOptions options, Variables variables)
    {
        var (name, project) = manifest.OfType(Resource.Project).Single(project => project.Resource.Bindings.Values.Any(binding => binding.External));
        var address = new Uri(variables.Parameter("public-url"));
        // Where the portal thinks that it is on localhost, somebody tries it through a forwarded port.
        var host = address.IsLoopback ? null : address.IdnHost;
        return new V1Ingress
        {
            ApiVersion = "networking.k8s.io/v1",
            Kind = "Ingress",
            Metadata = Labels.Meta(Labels.Portal, "ingress"),
            Spec = new V1IngressSpec
            {
                IngressClassName = options.IngressClass,
                Tls = address.Scheme == Uri.UriSchemeHttps ? [new() { Hosts = [host], SecretName = $"{Labels.Portal}-tls" }] : null,
                Rules =
                [
                    new()
                    {
                        Host = host,
                        Http = new V1HTTPIngressRuleValue
                        {
                            Paths =
                            [
                                new()
                                {
                                    Path = "/",
                                    PathType = "Prefix",
                                    Backend = new V1IngressBackend
                                    {
                                        Service = new V1IngressServiceBackend
                                        {
                                            Name = name,
                                            Port = new V1ServiceBackendPort { Name = project.Bindings.First(binding => binding.Value.External).Key },
                                        },
                                    },
                                },
                            ],
                        },
                    },
                ],
            },
        };
    }

    private static string Kustomization(IEnumerable<string> resources) =>
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n" + string.Concat(resources.Select(resource => $"- {resource}\n"));
}
