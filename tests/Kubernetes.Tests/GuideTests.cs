using k8s;
using k8s.Models;
using Xunit;

namespace DevPortal.Kubernetes.Tests;

public sealed class GuideTests
{
    [Fact]
    public void The_guide_names_every_key_of_the_Secret_that_somebody_makes_himself()
    {
        var guide = File.ReadAllText(Path.Combine(Deployed.Root, "docs", "kubernetes.md"));
        var written = Deployment.Of(Deployed.Manifest, new DeployOptions("registry.example", "1"), new Dictionary<string, string>()).Files[Deployment.SecretFile];

        var keys = KubernetesYaml.Deserialize<V1Secret>(written).StringData.Keys;

        Assert.NotEmpty(keys);
        Assert.All(keys, key => Assert.Contains($"`{key}`", guide, StringComparison.Ordinal));
    }
}
