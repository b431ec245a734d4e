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
            var called = Portal.Get<V1NetworkPolicy>(name).Spec.Egress.SelectMany(rule => rule.To).Select(Peer).Where(peer => peer is not null and not "*").Order();
            var expected = References(name).Concat(Deployed.Manifest.Resources[name].Env.Values.Any(value => value.Contains("{tyk-url.", StringComparison.Ordinal)) ? ["ns:tyk"] : Array.Empty<string>());
            Assert.Equal(expected.Order(), called);
        }
    }

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

    private static string? Peer(V1NetworkPolicyPeer peer) => peer switch
    {
        { PodSelector.MatchLabels: { } pods } => pods["app.kubernetes.io/name"],
        { NamespaceSelector.MatchLabels: { } there } => $"ns:{there["kubernetes.io/metadata.name"]}",
        { IpBlock: { } block } => block.Cidr,
        _ => "*",
    };
}
