using DevPortal.Manifest;
using k8s.Models;
using Xunit;

namespace DevPortal.Kubernetes.Tests;

public sealed class EnvironmentTests
{
    /// <summary>What a pod is told beside the manifest: it concerns the cluster alone.</summary>
    private static readonly string[] OfTheCluster = ["Stopping__DrainSeconds", "Telemetry__MetricsAddress"];

    public static TheoryData<string> Runnable => [.. Deployed.Manifest.Resources.Where(resource => resource.Value.Type is Resource.Project or Resource.Container).Select(resource => resource.Key)];

    public static TheoryData<string> Projects => [.. Deployed.Manifest.OfType(Resource.Project).Select(project => project.Name)];

    [Theory]
    [MemberData(nameof(Runnable))]
    public void A_container_gets_every_value_that_the_manifest_says_and_nothing_else(string name)
    {
        var deployed = new Deployed(Deployed.Options);

        Assert.Equal(Expected(name), Ours(deployed.EnvironmentOf(ContainerOf(deployed, name))));
    }

    [Fact]
    public void The_schema_step_gets_the_same_as_the_program()
    {
        var deployed = new Deployed(Deployed.Options);
        foreach (var job in deployed.All<V1Job>())
        {
            var container = Assert.Single(job.Spec.Template.Spec.Containers);
            Assert.Equal(["--migrate-only"], container.Args);
            Assert.Equal(Expected(container.Name), Ours(deployed.EnvironmentOf(container)));
            Assert.Equal(deployed.Get<V1Deployment>(container.Name).Spec.Template.Spec.Containers[0].Image, container.Image);
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void With_a_Secret_that_exists_the_same_values_come_from_there(string name)
    {
        var values = Resolver(Deployed.Options);
        var deployed = new Deployed(Deployed.Options with { Secret = "vault" });
        var secret = Deployed.Manifest.Resources.Keys.Where(key => Deployed.Manifest.Resources[key].Type is Resource.Parameter or Resource.AnnotatedString)
            .ToDictionary(key => $"vault/{key}", key => values.Resolve($"{{{key}.value}}"));

        Assert.Empty(deployed.All<V1Secret>());
        Assert.Equal(Expected(name), Ours(deployed.EnvironmentOf(ContainerOf(deployed, name), secret)));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void With_servers_of_others_connection_strings_come_whole_out_of_their_Secret(string name)
    {
        var connections = Deployed.Manifest.Resources.Where(resource => resource.Value.ConnectionString is not null && resource.Key != "postgres")
            .ToDictionary(resource => resource.Key, resource => $"somewhere else $(X) {resource.Key}");
        var expected = Expected(name);
        foreach (var variable in expected.Keys.Where(key => key.StartsWith("ConnectionStrings__", StringComparison.Ordinal)).ToList())
            expected[variable] = connections[variable["ConnectionStrings__".Length..]];

        var made = new Deployed(Deployed.Options with { External = true });
        var given = new Deployed(Deployed.Options with { External = true, Parameters = Deployed.Awkward.Concat(connections).ToDictionary() });

        Assert.Equal(connections.Keys.Order(), made.Deployment.Connections);
        Assert.Equal(expected, Ours(made.EnvironmentOf(ContainerOf(made, name), connections.ToDictionary(entry => $"devportal-connections/{entry.Key}", entry => entry.Value))));
        Assert.Empty(given.Deployment.Connections);
        Assert.Equal(expected, Ours(given.EnvironmentOf(ContainerOf(given, name))));
        Assert.DoesNotContain("postgres-password", made.Get<V1Secret>("devportal").StringData.Keys);
    }

    [Fact]
    public void Some_connection_strings_without_the_others_are_refused() =>
        Assert.Contains("catalogdb", Assert.Throws<InvalidDataException>(() => new Deployed(Deployed.Options with { External = true, Parameters = new Dictionary<string, string> { ["identitydb"] = "Host=x" } })).Message, StringComparison.Ordinal);

    [Fact]
    public void A_secret_stands_in_the_Secret_and_nowhere_else()
    {
        var secrets = Deployed.Manifest.OfType(Resource.Parameter).Where(parameter => parameter.Resource.Inputs["value"].Secret)
            .ToDictionary(parameter => parameter.Name, parameter => $"canary-of-{parameter.Name}@");
        var deployed = new Deployed(Deployed.Options with { Parameters = secrets });

        var told = Assert.Single(deployed.Deployment.Files, file => file.Value.Contains("canary", StringComparison.Ordinal));
        Assert.Equal(Deployment.SecretFile, told.Key);
        Assert.All(secrets.Values, secret => Assert.Contains(secret, told.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void A_second_run_takes_over_the_secrets_of_the_first()
    {
        var first = new Deployed(new DeployOptions("ghcr.io/acme", "1")).Get<V1Secret>("devportal").StringData;
        var second = new Deployed(new DeployOptions("ghcr.io/acme", "2"), kept: first.ToDictionary()).Get<V1Secret>("devportal").StringData;

        Assert.Equal(first, second);
        Assert.NotEqual(first["seal-key"], new Deployed(new DeployOptions("ghcr.io/acme", "1")).Get<V1Secret>("devportal").StringData["seal-key"]);
    }

    private static Dictionary<string, string> Expected(string name) => Resolver(Deployed.Options).Environment(name).ToDictionary();

    /// <summary>LocalRun's own, told where things are in a cluster.</summary>
    private static Resolver Resolver(DeployOptions options)
    {
        var (values, _) = Parameters.Decide(Deployed.Manifest, options.Parameters, new Dictionary<string, string>(), new Dictionary<string, string>());
        return new(Deployed.Manifest, values, Deployed.Manifest.Resources
            .SelectMany(resource => resource.Value.Bindings, (resource, binding) => (Key: $"{resource.Key}/{binding.Key}", Host: resource.Key, Binding: binding.Value))
            .ToDictionary(entry => entry.Key, entry => new Endpoint(entry.Binding.Scheme, entry.Host, entry.Binding.TargetPort ?? 8080)));
    }

    private static Dictionary<string, string> Ours(Dictionary<string, string> environment) => environment
        .Where(variable => !OfTheCluster.Contains(variable.Key) && !variable.Key.StartsWith("DEVPORTAL_", StringComparison.Ordinal)).ToDictionary();

    private static V1Container ContainerOf(Deployed deployed, string name) =>
        (deployed.Find<V1Deployment>(name)?.Spec.Template ?? deployed.Get<V1StatefulSet>(name).Spec.Template).Spec.Containers.Single();
}
