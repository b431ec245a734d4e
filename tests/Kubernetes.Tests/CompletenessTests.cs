using DevPortal.Manifest;
using k8s;
using k8s.Models;
using Xunit;

namespace DevPortal.Kubernetes.Tests;

/// <summary>The topology is written once: what the manifest has and the YAML lacks is an error.</summary>
public sealed class CompletenessTests
{
    [Fact]
    public void Everything_in_the_manifest_is_in_the_YAML() => Assert.Empty(Lacking(Deployed.Manifest, new Deployed(Deployed.Options)));

    [Fact]
    public void What_is_new_in_the_manifest_is_missed_in_YAML_from_before_and_there_in_YAML_made_anew()
    {
        var grown = Deployed.Manifest with
        {
            Resources = new Dictionary<string, Resource>(Deployed.Manifest.Resources)
            {
                ["salt"] = new() { Type = Resource.Parameter, Value = "{salt.inputs.value}", Inputs = new Dictionary<string, Input> { ["value"] = new(Secret: true) } },
                ["billingdb"] = new() { Type = Resource.Database, ConnectionString = "{postgres.connectionString};Database=billing" },
                ["billing"] = new()
                {
                    Type = Resource.Project,
                    Path = "services/billing/Billing.csproj",
                    Env = new Dictionary<string, string> { ["ConnectionStrings__billingdb"] = "{billingdb.connectionString}", ["Salt"] = "{salt.value}" },
                    Bindings = new Dictionary<string, Binding> { ["http"] = new("http") },
                },
            },
        };

        Assert.Equal(["billing", "billingdb", "salt"], Lacking(grown, new Deployed(Deployed.Options)).Order());
        Assert.Empty(Lacking(grown, new Deployed(Deployed.Options, grown)));
    }

    [Fact]
    public void With_servers_of_others_none_is_deployed()
    {
        var deployed = new Deployed(Deployed.Options with { External = true });

        Assert.Empty(deployed.All<V1StatefulSet>());
        Assert.Equal(Deployed.Manifest.OfType(Resource.Container).Select(container => container.Name).Order(), Lacking(Deployed.Manifest, deployed).Where(name => Deployed.Manifest.Resources[name].Type == Resource.Container).Order());
    }

    [Fact]
    public void Every_file_is_named_by_the_kustomization_of_its_folder()
    {
        var files = new Deployed(Deployed.Options).Deployment.Files;
        var named = files["kustomization.yaml"].Split('\n').Where(line => line.StartsWith("- ", StringComparison.Ordinal)).Select(line => line[2..])
            .SelectMany(folder => files[$"{folder}/kustomization.yaml"].Split('\n').Where(line => line.StartsWith("- ", StringComparison.Ordinal)).Select(line => $"{folder}/{line[2..]}"));

        Assert.Equal(files.Keys.Where(file => !file.EndsWith("kustomization.yaml", StringComparison.Ordinal)).Order(), named.Order());
    }

    [Fact]
    public void No_two_objects_have_one_name()
    {
        var names = new Deployed(Deployed.Options).Everything.Cast<IKubernetesObject<V1ObjectMeta>>().Select(one => $"{one.Kind}/{one.Metadata.Name}").ToList();

        Assert.Equal(names.Distinct(), names);
        Assert.All(names, name => Assert.Matches("^[A-Za-z]+/[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", name));
    }

    private static IEnumerable<string> Lacking(AppManifest manifest, Deployed deployed)
    {
        var values = deployed.All<V1Secret>().SelectMany(secret => secret.StringData.Keys).ToHashSet();
        var texts = deployed.Deployment.Files.Values.ToList();
        foreach (var (name, resource) in manifest.Resources)
        {
            var isThere = resource.Type switch
            {
                Resource.Project => HasPorts(deployed.Find<V1Deployment>(name)?.Spec.Template, deployed.Find<V1Service>(name), resource) && deployed.Find<V1PodDisruptionBudget>(name) is not null,
                Resource.Container => HasPorts(deployed.Find<V1StatefulSet>(name)?.Spec.Template, deployed.Find<V1Service>(name), resource) && Keeps(deployed.Get<V1StatefulSet>(name), resource),
                Resource.Database => deployed.All<V1Job>().Any(job => job.Spec.Template.Spec.Containers[0].Env.Any(variable => variable.Name == $"ConnectionStrings__{name}")),
                Resource.Parameter when resource.Inputs["value"].Secret => values.Contains(name),
                Resource.Parameter => deployed.All<V1Deployment>().Any(program => Uses(manifest, program.Metadata.Name, name)),
                Resource.AnnotatedString => values.Contains(name) || texts.Any(text => text.Contains(Uri.EscapeDataString(Value(resource)), StringComparison.Ordinal)),
                _ => false,
            };
            if (!isThere) yield return name;
        }
    }

    private static bool HasPorts(V1PodTemplateSpec? pod, V1Service? service, Resource resource) => pod is not null && service is not null
        && resource.Bindings.All(binding => pod.Spec.Containers[0].Ports.Any(port => port.Name == binding.Key) && service.Spec.Ports.Any(port => port.Name == binding.Key))
        && (resource.Image is null || resource.Image == pod.Spec.Containers[0].Image);

    private static bool Keeps(V1StatefulSet server, Resource resource) => resource.Volumes.Count > 0 && resource.Volumes.All(volume =>
        server.Spec.VolumeClaimTemplates.Any(claim => claim.Metadata.Name == volume.Name)
        && server.Spec.Template.Spec.Containers[0].VolumeMounts.Any(mount => mount.Name == volume.Name && mount.MountPath == volume.Target));

    /// <summary>Its value itself is compared in <see cref="EnvironmentTests"/>.</summary>
    private static bool Uses(AppManifest manifest, string project, string parameter, int depth = 0) =>
        manifest.Resources[project] is var resource && depth < 5
        && resource.Env.Values.Append(resource.ConnectionString ?? "").Append(resource.Value ?? "").Any(text => text.Contains($"{{{parameter}.", StringComparison.Ordinal)
            || manifest.Resources.Keys.Any(other => other != project && text.Contains($"{{{other}.", StringComparison.Ordinal) && manifest.Resources[other].Type != Resource.Project && Uses(manifest, other, parameter, depth + 1)));

    private static string Value(Resource encoded) => Deployed.Awkward.GetValueOrDefault(encoded.Value!.Trim('{', '}').Split('.')[0], "devportal");
}
