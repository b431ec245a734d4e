using DevPortal.Manifest;
using Xunit;

namespace DevPortal.LocalRun.Tests;

public sealed class ParametersTests
{
    private static readonly Dictionary<string, string> None = [];

    private static readonly AppManifest Manifest = AppManifest.Parse(
        """
        {
          "resources": {
            "with-default": { "type": "parameter.v0", "inputs": { "value": { "type": "string", "default": { "value": "" } } } },
            "asked-secret": { "type": "parameter.v0", "inputs": { "value": { "type": "string", "secret": true } } },
            "made-secret": { "type": "parameter.v0", "inputs": { "value": { "type": "string", "secret": true, "default": { "generate": { "minLength": 40, "special": false } } } } }
          }
        }
        """, "/");

    [Fact]
    public void A_secret_that_nobody_gives_is_made_and_used_again_in_the_next_run()
    {
        var (first, made) = Parameters.Decide(Manifest, None, None, None);
        var (second, _) = Parameters.Decide(Manifest, None, made, None);

        Assert.Equal(["asked-secret", "made-secret"], made.Keys.Order());
        Assert.True(first["made-secret"].Length >= 40);
        Assert.Equal(first, second);
    }

    [Fact]
    public void Two_machines_make_different_secrets() =>
        Assert.NotEqual(Parameters.Decide(Manifest, None, None, None).Values["made-secret"], Parameters.Decide(Manifest, None, None, None).Values["made-secret"]);

    [Fact]
    public void What_the_operator_gives_wins_and_is_not_kept()
    {
        var given = new Dictionary<string, string> { ["asked-secret"] = "mine", ["with-default"] = "also mine" };

        var (values, made) = Parameters.Decide(Manifest, given, None, new Dictionary<string, string> { ["with-default"] = "suggested" });

        Assert.Equal("mine", values["asked-secret"]);
        Assert.Equal("also mine", values["with-default"]);
        Assert.DoesNotContain("asked-secret", made.Keys);
    }

    [Fact]
    public void A_suggestion_wins_over_the_manifests_default()
    {
        Assert.Equal("", Parameters.Decide(Manifest, None, None, None).Values["with-default"]);
        Assert.Equal("this run's", Parameters.Decide(Manifest, None, None, new Dictionary<string, string> { ["with-default"] = "this run's" }).Values["with-default"]);
    }

    [Fact]
    public void A_parameter_that_is_no_secret_and_has_no_default_must_be_given()
    {
        var manifest = AppManifest.Parse("""{ "resources": { "region-name": { "type": "parameter.v0", "inputs": { "value": { "type": "string" } } } } }""", "/");

        var failure = Assert.Throws<InvalidDataException>(() => Parameters.Decide(manifest, None, None, None));

        Assert.Contains("DEVPORTAL_REGION_NAME", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_that_the_manifest_does_not_have_is_refused_by_name()
    {
        var failure = Assert.Throws<InvalidDataException>(() => Parameters.Decide(Manifest, new Dictionary<string, string> { ["tyk-ulr"] = "x" }, None, None));

        Assert.Contains("tyk-ulr", failure.Message, StringComparison.Ordinal);
    }
}
