using Xunit;

namespace DevPortal.Architecture.Tests;

/// <summary>Who may call whom, who is seen from outside, and who gets which secret.</summary>
public sealed class ManifestEdgesTests
{
    private static readonly string[] Services = ["identity", "catalog", "provisioning", "credentials", "tyk-sync"];

    [Fact]
    public void The_gateway_calls_all_the_services_call_identity_alone_and_the_portal_calls_the_gateway_alone()
    {
        var edges = ManifestFile.OfType("project.v0").Keys.SelectMany(caller => Called(caller).Select(called => (caller, called))).Order();

        var allowed = Services.Select(service => (caller: "gateway", called: service))
            .Concat(Services.Except(["identity"]).Select(service => (caller: service, called: "identity")))
            .Concat([(caller: "gateway", called: "portal"), (caller: "portal", called: "gateway")]).Order();
        Assert.Equal(allowed, edges);
    }

    [Fact]
    public void No_address_of_a_service_reaches_another_one_under_some_other_name()
    {
        foreach (var project in ManifestFile.OfType("project.v0").Keys)
        {
            var addresses = ManifestFile.Environment(project)
                .Where(variable => variable.Value.Contains(".bindings.http.", StringComparison.Ordinal) && variable.Key != "HTTP_PORTS");
            Assert.All(addresses, address => Assert.StartsWith("services__", address.Key, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Only_the_gateway_is_seen_from_outside()
    {
        var seen = ManifestFile.Resources
            .Where(resource => resource.Value!["bindings"] is { } bindings && bindings.AsObject().Any(binding => binding.Value!["external"] is { } external && external.GetValue<bool>()))
            .Select(resource => resource.Key);

        Assert.Equal(["gateway"], seen);
    }

    [Theory]
    [InlineData("seal-key", "credentials", "identity", "portal")]
    [InlineData("hash-pepper", "identity")]
    [InlineData("key-pepper", "credentials")]
    [InlineData("portal-secret", "gateway", "portal")]
    [InlineData("bootstrap-token", "identity")]
    [InlineData("tyk-secret", "credentials", "tyk-sync")]
    public void A_secret_goes_only_to_who_needs_it(string secret, params string[] holders)
    {
        var given = ManifestFile.OfType("project.v0").Keys
            .Where(project => ManifestFile.Environment(project).Values.Any(value => value.Contains($"{{{secret}.", StringComparison.Ordinal)));

        Assert.Equal(holders.Order(), given.Order());
    }

    [Fact]
    public void Nothing_of_the_demo_is_in_the_manifest()
    {
        var manifest = ManifestFile.Resources.ToJsonString();

        Assert.DoesNotContain("SignIn", manifest, StringComparison.Ordinal);
        Assert.DoesNotContain("stand-in", manifest, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Demo", manifest, StringComparison.OrdinalIgnoreCase);
    }

    private static IEnumerable<string> Called(string project) => ManifestFile.Environment(project).Keys
        .Where(key => key.StartsWith("services__", StringComparison.Ordinal))
        .Select(key => key["services__".Length..^"__http__0".Length]);
}
