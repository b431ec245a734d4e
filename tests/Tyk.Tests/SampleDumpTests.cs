using System.Runtime.CompilerServices;
using System.Text.Json;
using DevPortal.Tyk;
using Xunit;

namespace DevPortal.Tests.Tyk;

/// <summary>The dump under samples/tyk is what its README says.</summary>
public class SampleDumpTests
{
    private static readonly TykContent Content = DumpFolder.Read(Path.Combine(Root(), "samples", "tyk"));

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));

    [Fact]
    public void It_is_read_without_errors_and_belongs_to_one_organisation()
    {
        Assert.Empty(Content.Errors);
        Assert.Empty(Content.Notes);
        Assert.Single(Content.Policies.Select(policy => policy.OrgId).Concat(Content.Apis.Select(api => api.OrgId)).Distinct());
    }

    [Theory]
    [InlineData("weather-forecasts", "product", "weather-forecast")]
    [InlineData("weather-warnings", "product", "weather-alerts")]
    [InlineData("maps-and-places", "product", "maps-places maps-tiles")]
    [InlineData("routing", "product", "maps-routes")]
    [InlineData("payments", "product", "payments")]
    [InlineData("payments-suite", "product", "payment-reports payments")]
    [InlineData("weather-radar-beta", "product", "weather-forecast")]
    [InlineData("plan-5-a-minute", "plan", "")]
    [InlineData("plan-standard", "plan", "weather-forecast")]
    [InlineData("plan-partner", "plan", "")]
    [InlineData("legacy-all-in-one", "no-partitions", "maps-places weather-forecast")]
    [InlineData("payments-sandbox", "acl-with-limits", "payments")]
    [InlineData("maps-by-api", "per-api", "maps-places maps-routes")]
    [InlineData("graph-depth", "complexity", "")]
    public void Each_policy_is_what_the_readme_says(string id, string kind, string apis)
    {
        var policy = Content.Policies.Single(one => one.Id == id);

        Assert.Equal(kind, ClassifyPolicy.Classify(policy) switch
        {
            PolicyClass.Product => "product",
            PolicyClass.Plan => "plan",
            PolicyClass.Neither(var code, _) => code,
            _ => "",
        });
        Assert.Equal(apis, string.Join(' ', policy.Rights.Keys.Order(StringComparer.Ordinal)));
        Assert.Equal(id != "weather-radar-beta", policy.IsActive);
        Assert.All(policy.Rights.Keys, api => Assert.Contains(Content.Apis, one => one.Id == api));
    }

    [Fact]
    public void The_readme_names_every_policy_and_api()
    {
        var readme = File.ReadAllText(Path.Combine(Root(), "samples", "tyk", "README.md"));

        Assert.Equal(14, Content.Policies.Count);
        Assert.All(Content.Policies.Select(policy => policy.Id).Concat(Content.Apis.Select(api => api.Id)),
            id => Assert.Contains($"`{id}`", readme, StringComparison.Ordinal));
    }

    [Fact]
    public void The_plans_have_their_limits()
    {
        Assert.Equal(new Limits(5, 60, null, null), Content.Policies.Single(policy => policy.Id == "plan-5-a-minute").Limits);
        Assert.Equal(new Limits(60, 60, 10_000, 86_400), Content.Policies.Single(policy => policy.Id == "plan-standard").Limits);
        Assert.Equal(new Limits(50, 1, null, null), Content.Policies.Single(policy => policy.Id == "plan-partner").Limits);
    }

    [Theory]
    [InlineData("weather-forecast", true, AuthKind.AuthToken)]
    [InlineData("weather-alerts", true, AuthKind.AuthToken)]
    [InlineData("maps-places", true, AuthKind.AuthToken)]
    [InlineData("maps-routes", true, AuthKind.AuthToken)]
    [InlineData("maps-tiles", false, AuthKind.AuthToken)]
    [InlineData("payments", true, AuthKind.AuthToken)]
    [InlineData("payment-reports", false, AuthKind.Jwt)]
    public void Each_api_takes_one_kind_of_credential(string id, bool isOas, AuthKind auth)
    {
        var api = Content.Apis.Single(one => one.Id == id);

        Assert.Equal(isOas, api.HasOpenApi);
        Assert.Equal([auth], api.Auth);
        Assert.True(api.IsActive);
    }

    [Fact]
    public void Every_operation_has_an_example_of_its_answer()
    {
        var operations = 0;
        foreach (var api in Content.Apis.Where(api => api.HasOpenApi))
        {
            var paths = JsonDocument.Parse(api.OpenApi(new Uri("http://localhost"))!).RootElement.GetProperty("paths");
            foreach (var operation in paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject()))
            {
                var success = operation.Value.GetProperty("responses").EnumerateObject().First();
                Assert.StartsWith("2", success.Name, StringComparison.Ordinal);
                Assert.True(success.Value.GetProperty("content").GetProperty("application/json").TryGetProperty("example", out _));
                operations++;
            }
        }

        Assert.Equal(13, operations);
    }
}
