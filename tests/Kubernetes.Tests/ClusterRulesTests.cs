using DevPortal.Manifest;
using k8s.Models;
using Xunit;

namespace DevPortal.Kubernetes.Tests;

/// <summary>What a cluster is told to allow, and how programs are kept in it.</summary>
public sealed class ClusterRulesTests
{
    private static readonly Deployed Portal = new(Deployed.Options with { TykNamespace = "tyk", IngressNamespace = "ingress-nginx", MetricsNamespace = "monitoring" });

    private static readonly string[] Projects = [.. Deployed.Manifest.OfType(Resource.Project).Select(project => project.Name)];

    [Fact]
    public void A_pod_may_call_whom_the_manifest_lets_it_call_and_no_other()
    {
        foreach (var name in Projects)
        {
            var called = Portal.Get<V1NetworkPolicy>(name).Spec.Egress.Where(rule => !IsDns(rule)).SelectMany(rule => rule.To).Select(Peer).Where(peer => peer is not null and not "*").Order();
            var expected = References(name).Concat(Deployed.Manifest.Resources[name].Env.Values.Any(value => value.Contains("{tyk-url.", StringComparison.Ordinal)) ? ["ns:tyk"] : Array.Empty<string>());
            Assert.Equal(expected.Order(), called);
        }
    }

    [Fact]
    public void Without_an_address_of_Tyk_and_a_collector_nobody_calls_out_of_the_namespace_but_for_names()
    {
        var closed = new Deployed(Deployed.Options with { Parameters = Deployed.Awkward.Where(parameter => parameter.Key != "tyk-url").ToDictionary() });

        Assert.All(closed.All<V1NetworkPolicy>().SelectMany(rules => rules.Spec.Egress ?? []).Where(rule => !IsDns(rule)).SelectMany(rule => rule.To), peer => Assert.NotNull(peer.PodSelector?.MatchLabels));
    }

    [Fact]
    public void Tyk_is_called_on_its_port_by_those_two_that_know_it()
    {
        var rules = new Deployed(Deployed.Options with { TykNetwork = "10.2.0.0/24" }).All<V1NetworkPolicy>()
            .SelectMany(policy => policy.Spec.Egress ?? [], (policy, rule) => (policy.Metadata.Name, rule)).Where(one => one.rule.To.Any(peer => peer.IpBlock?.Cidr == "10.2.0.0/24")).ToList();

        Assert.Equal(["credentials", "tyk-sync"], rules.Select(one => one.Name).Order());
        Assert.All(rules, one => Assert.Equal("8080", Assert.Single(one.rule.Ports).Port.Value));
    }

    [Theory]
    [InlineData("monitoring", "ns:monitoring")]
    [InlineData(null, "10.9.0.0/16")]
    public void All_programs_tell_the_collector_and_may_reach_it(string? space, string peer)
    {
        var seen = new Deployed(Deployed.Options with { OtlpEndpoint = "http://collector.monitoring:4317", OtlpNamespace = space, OtlpNetwork = "10.9.0.0/16" });

        foreach (var name in Projects)
        {
            var told = seen.EnvironmentOf(seen.Get<V1Deployment>(name).Spec.Template.Spec.Containers[0]);
            Assert.Equal("http://collector.monitoring:4317", told["OTEL_EXPORTER_OTLP_ENDPOINT"]);
            var way = Assert.Single(seen.Get<V1NetworkPolicy>(name).Spec.Egress, rule => rule.Ports.Any(port => port.Port.Value == "4317"));
            Assert.Equal(peer, Peer(Assert.Single(way.To)));
        }

        Assert.Throws<InvalidDataException>(() => new Deployed(Deployed.Options with { OtlpEndpoint = "collector:4317" }));
    }

    [Fact]
    public void A_dump_of_Tyk_is_mounted_to_read_where_the_two_that_know_Tyk_look_for_it()
    {
        var parameters = Deployed.Awkward.Concat([new("tyk-kind", "folder"), new("tyk-path", "/dump")]).ToDictionary();
        var fed = new Deployed(Deployed.Options with { TykDumpClaim = "tyk-dump", Parameters = parameters });

        var mounted = fed.All<V1Deployment>().Where(program => program.Spec.Template.Spec.Volumes.Any(volume => volume.PersistentVolumeClaim?.ClaimName == "tyk-dump")).ToList();
        Assert.Equal(["credentials", "tyk-sync"], mounted.Select(program => program.Metadata.Name).Order());
        Assert.All(mounted, program => Assert.Contains(program.Spec.Template.Spec.Containers[0].VolumeMounts, mount => mount is { MountPath: "/dump", ReadOnlyProperty: true }));
        Assert.Throws<InvalidDataException>(() => new Deployed(Deployed.Options with { TykDumpClaim = "tyk-dump" }));
    }

    [Fact]
    public void Names_are_asked_of_pods_and_of_the_cache_on_the_machine() =>
        Assert.All(Projects, name => Assert.Equal(["*", "169.254.20.10/32"], Assert.Single(Portal.Get<V1NetworkPolicy>(name).Spec.Egress, IsDns).To.Select(Peer)));

    [Fact]
    public void Whoever_is_called_lets_his_callers_in_and_no_other()
    {
        foreach (var name in Projects)
        {
            var callers = Portal.Get<V1NetworkPolicy>(name).Spec.Ingress.SelectMany(rule => rule.FromProperty).Select(Peer).Order();
            var expected = Projects.Where(other => References(other).Contains(name)).Append("ns:monitoring").Concat(name == "gateway" ? ["ns:ingress-nginx"] : Array.Empty<string>());
            Assert.Equal(expected.Order(), callers);
        }

        foreach (var (server, _) in Deployed.Manifest.OfType(Resource.Container))
        {
            var callers = Portal.Get<V1NetworkPolicy>(server).Spec.Ingress.SelectMany(rule => rule.FromProperty).Select(Peer).Order();
            Assert.Equal(Projects.Where(other => References(other).Contains(server)).SelectMany(other => new[] { other, $"{other}-schema" }).Order(), callers);
        }
    }

    [Fact]
    public void Whoever_is_named_by_no_rule_of_its_own_may_do_nothing()
    {
        var all = Portal.Get<V1NetworkPolicy>("devportal").Spec;

        Assert.Equal(["Egress", "Ingress"], all.PolicyTypes.Order());
        Assert.True(all.Ingress is null or { Count: 0 } && all.Egress is null or { Count: 0 });
        Assert.All(Templates(), pod => Assert.Equal(all.PodSelector.MatchLabels["app.kubernetes.io/part-of"], pod.Metadata.Labels["app.kubernetes.io/part-of"]));
    }

    [Fact]
    public void Metrics_are_on_no_Service_and_no_Ingress()
    {
        Assert.All(Portal.All<V1Service>(), service => Assert.DoesNotContain(service.Spec.Ports, port => port.Port == 9464 || port.Name == "metrics"));
        var backend = Assert.Single(Assert.Single(Assert.Single(Portal.All<V1Ingress>()).Spec.Rules).Http.Paths).Backend.Service;
        Assert.Equal(("gateway", "http"), (backend.Name, backend.Port.Name));
    }

    [Fact]
    public void A_program_is_no_root_writes_nowhere_and_has_no_account_of_the_cluster()
    {
        foreach (var pod in Portal.All<V1Deployment>().Select(program => program.Spec.Template.Spec).Concat(Portal.All<V1Job>().Select(job => job.Spec.Template.Spec)))
        {
            Assert.True(pod.SecurityContext.RunAsNonRoot);
            Assert.False(pod.AutomountServiceAccountToken);
            Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
            var container = Assert.Single(pod.Containers);
            Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
            Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
            Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
            Assert.Equal(["cpu", "memory"], container.Resources.Requests.Keys.Order());
        }
    }

    [Fact]
    public void A_program_runs_twice_on_different_machines_and_is_replaced_one_by_one()
    {
        Assert.Equal(Projects.Order(), Portal.All<V1Deployment>().Select(program => program.Metadata.Name).Order());
        foreach (var program in Portal.All<V1Deployment>())
        {
            var scaled = Portal.Find<V2HorizontalPodAutoscaler>(program.Metadata.Name);
            Assert.Equal(2, scaled?.Spec.MinReplicas ?? program.Spec.Replicas);
            Assert.Equal((0, 1), (int.Parse(program.Spec.Strategy.RollingUpdate.MaxUnavailable, null), int.Parse(program.Spec.Strategy.RollingUpdate.MaxSurge, null)));
            Assert.NotEmpty(program.Spec.Template.Spec.Affinity.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution);
            var container = program.Spec.Template.Spec.Containers[0];
            Assert.Equal(("/health", "/alive", "/alive"), (container.ReadinessProbe.HttpGet.Path, container.LivenessProbe.HttpGet.Path, container.StartupProbe.HttpGet.Path));
            var drain = int.Parse(container.Env.Single(variable => variable.Name == "Stopping__DrainSeconds").Value, null);
            Assert.True(program.Spec.Template.Spec.TerminationGracePeriodSeconds > drain + 20);
            Assert.True(drain >= container.ReadinessProbe.PeriodSeconds);
        }

        Assert.Equal(Projects.Where(name => name is "gateway" or "portal").Order(), Portal.All<V2HorizontalPodAutoscaler>().Select(scaled => scaled.Metadata.Name).Order());
    }

    [Fact]
    public void Selectors_find_the_pods_that_they_are_for_and_no_other()
    {
        foreach (var service in Portal.All<V1Service>())
        {
            var found = Templates().Where(pod => service.Spec.Selector.All(label => pod.Metadata.Labels.TryGetValue(label.Key, out var value) && value == label.Value)).ToList();
            Assert.Equal(service.Metadata.Name, Assert.Single(found).Spec.Containers[0].Name);
        }
    }

    [Theory]
    [InlineData("http://localhost:8080", null, false)]
    [InlineData("https://portal.example.com", "portal.example.com", true)]
    public void The_ingress_is_for_the_public_address(string address, string? host, bool isSecure)
    {
        var ingress = Assert.Single(new Deployed(Deployed.Options with { Parameters = new Dictionary<string, string> { ["public-url"] = address } }).All<V1Ingress>());

        Assert.Equal(host, ingress.Spec.Rules[0].Host);
        Assert.Equal(isSecure, ingress.Spec.Tls is { Count: 1 });
    }

    [Theory]
    [InlineData("ghcr.io/acme", "bad tag")]
    [InlineData("ghcr.io/acme", "")]
    [InlineData("-x", "1")]
    public void What_can_be_no_image_is_refused(string registry, string tag) => Assert.Throws<InvalidDataException>(() => new Deployed(new DeployOptions(registry, tag)));

    private static IEnumerable<V1PodTemplateSpec> Templates() => Portal.All<V1Deployment>().Select(program => program.Spec.Template)
        .Concat(Portal.All<V1StatefulSet>().Select(server => server.Spec.Template)).Concat(Portal.All<V1Job>().Select(job => job.Spec.Template));

    /// <summary>Whom its environment names, also by a database's connection string.</summary>
    private static IEnumerable<string> References(string project) => Deployed.Manifest.Resources[project].Env.Values
        .SelectMany(value => Deployed.Manifest.Resources.Keys.Where(other => other != project && value.Contains($"{{{other}.", StringComparison.Ordinal)))
        .Select(other => Deployed.Manifest.Resources[other].Type == Resource.Database ? "postgres" : other)
        .Where(other => Deployed.Manifest.Resources[other].Type is Resource.Project or Resource.Container).Distinct();

    private static bool IsDns(V1NetworkPolicyEgressRule rule) => rule.Ports.All(port => port.Port.Value == "53");

    private static string? Peer(V1NetworkPolicyPeer peer) => peer switch
    {
        { PodSelector.MatchLabels: { } pods } => pods["app.kubernetes.io/name"],
        { NamespaceSelector.MatchLabels: { } there } => $"ns:{there["kubernetes.io/metadata.name"]}",
        { IpBlock: { } block } => block.Cidr,
        _ => "*",
    };
}
