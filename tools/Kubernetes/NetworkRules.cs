using DevPortal.Manifest;
using k8s;
using k8s.Models;

namespace DevPortal.Kubernetes;

/// <summary>Nobody talks to anybody, but along the edges of the manifest.</summary>
internal sealed class NetworkRules(AppManifest manifest, DeployOptions options, Variables variables, Edges edges, Workloads workloads)
{
    private const string MachinesDns = "169.254.20.10/32";

    public IEnumerable<IKubernetesObject> All()
    {
        yield return Policy(Labels.Portal, "network", new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["app.kubernetes.io/part-of"] = Labels.Portal } }, [], []);
        foreach (var (name, project) in manifest.OfType(Resource.Project))
            yield return Policy(name, "network", Select(name), [.. Callers(name, project), Scrapes()], [.. Needs(name)]);
        foreach (var (name, _) in manifest.OfType(Resource.Project).Where(project => workloads.HasSchema(project.Name)))
            yield return Policy($"{name}-schema", "network", Select($"{name}-schema"), [], [Names(), .. edges.ContainersFrom(name).Select(ToServer)]);
        if (options.External) yield break;
        foreach (var (name, _) in manifest.OfType(Resource.Container))
        {
            var callers = edges.CallersOf(name).SelectMany(caller => workloads.HasSchema(caller) ? [caller, $"{caller}-schema"] : new[] { caller });
            yield return Policy(name, "network", Select(name), [new() { FromProperty = [.. callers.Select(Pods)], Ports = [.. Ports(name)] }], []);
        }
    }

    private IEnumerable<V1NetworkPolicyIngressRule> Callers(string name, Resource project)
    {
        var callers = edges.CallersOf(name).Select(Pods).ToList();
        if (callers.Count > 0) yield return new() { FromProperty = callers, Ports = [.. Ports(name)] };
        if (project.Bindings.Values.Any(binding => binding.External)) yield return new() { FromProperty = [Namespace(options.IngressNamespace)], Ports = [.. Ports(name)] };
    }

    private V1NetworkPolicyIngressRule Scrapes() => new() { FromProperty = [Namespace(options.MetricsNamespace)], Ports = [Port(Workloads.MetricsPort)] };

    private IEnumerable<V1NetworkPolicyEgressRule> Needs(string name)
    {
        yield return Names();
        var called = edges.ProjectsFrom(name).ToList();
        foreach (var other in called) yield return new() { To = [Pods(other)], Ports = [.. Ports(other)] };
        foreach (var server in edges.ContainersFrom(name)) yield return ToServer(server);
        if (edges.From(name).Contains("tyk-url") && Uri.TryCreate(variables.Parameter("tyk-url"), UriKind.Absolute, out var tyk))
            yield return new() { To = [options.TykNamespace is { } there ? Namespace(there) : Block(options.TykNetwork)], Ports = [Port(tyk.Port)] };
        if (options.Collector is { } collector)
            yield return new() { To = [options.OtlpNamespace is { } seen ? Namespace(seen) : Block(options.OtlpNetwork)], Ports = [Port(collector.Port)] };
    }

    private V1NetworkPolicyEgressRule ToServer(string server) => options.External
        ? new() { To = [Block(options.ServersNetwork)], Ports = [.. ExternalPorts(server)] }
        : new() { To = [Pods(server)], Ports = [.. Ports(server)] };

    /// <summary>The usual port, and RabbitMQ's with TLS: a connection string in a Secret that exists can't be read here.</summary>
    private IEnumerable<V1NetworkPolicyPort> ExternalPorts(string server) => Ports(server).Concat(server == "rabbitmq" ? [Port(5671)] : []);

    private IEnumerable<V1NetworkPolicyPort> Ports(string name) => manifest.Resources[name].Bindings.Values.Select(binding => Port(binding.TargetPort ?? Variables.HttpPort));

    private static V1NetworkPolicyPort Port(int number) => new() { Protocol = "TCP", Port = number };

    /// <summary>DNS: pods of the cluster, or the cache that each machine has on its own network (NodeLocal DNSCache), which is no pod's.</summary>
    private static V1NetworkPolicyEgressRule Names() => new()
    {
        To = [new() { NamespaceSelector = new V1LabelSelector() }, Block(MachinesDns)],
        Ports = [new() { Protocol = "UDP", Port = 53 }, new() { Protocol = "TCP", Port = 53 }],
    };

    private static V1NetworkPolicyPeer Pods(string name) => new() { PodSelector = Select(name) };

    private static V1NetworkPolicyPeer Namespace(string? name) => new()
    {
        NamespaceSelector = name is null ? new V1LabelSelector() : new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["kubernetes.io/metadata.name"] = name } },
    };

    private static V1NetworkPolicyPeer Block(string network) => new() { IpBlock = new V1IPBlock { Cidr = network } };

    private static V1LabelSelector Select(string name) => new() { MatchLabels = Labels.Selector(name) };

    private static V1NetworkPolicy Policy(
        string name, string component, V1LabelSelector pods, IList<V1NetworkPolicyIngressRule> ingress, IList<V1NetworkPolicyEgressRule> egress) => new()
        {
            ApiVersion = "networking.k8s.io/v1",
            Kind = "NetworkPolicy",
            Metadata = Labels.Meta(name, component),
            Spec = new V1NetworkPolicySpec { PodSelector = pods, PolicyTypes = ["Ingress", "Egress"], Ingress = ingress, Egress = egress },
        };
}
