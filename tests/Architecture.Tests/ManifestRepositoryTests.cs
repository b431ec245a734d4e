using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace DevPortal.Architecture.Tests;

/// <summary>The manifest and the repository speak of the same things.</summary>
public sealed partial class ManifestRepositoryTests
{
    [Fact]
    public void Every_service_project_is_in_the_manifest_and_every_path_of_it_exists()
    {
        var paths = ManifestFile.OfType("project.v0").Values.Select(project => project["path"]!.GetValue<string>()).Order();

        Assert.Equal(ManifestFile.ServiceProjects().Order(), paths);
    }

    [Fact]
    public void Every_image_is_pinned_to_a_version()
    {
        Assert.All(
            ManifestFile.OfType("container.v0").Values.Select(container => container["image"]!.GetValue<string>()),
            image => Assert.Matches(@"^docker\.io/library/[a-z]+:\d+\.\d+(\.\d+)?$", image));
    }

    [Fact]
    public void A_service_gets_the_databases_that_it_asks_for_and_no_other()
    {
        foreach (var (name, project) in ManifestFile.OfType("project.v0"))
        {
            var asked = ManifestFile.Sources(Path.GetDirectoryName(project["path"]!.GetValue<string>())!)
                .SelectMany(source => DatabaseName().Matches(source)).Select(match => match.Groups["name"].Value).Distinct();
            var given = ManifestFile.Environment(name).Keys
                .Where(key => key.StartsWith("ConnectionStrings__", StringComparison.Ordinal) && key != "ConnectionStrings__rabbitmq")
                .Select(key => key["ConnectionStrings__".Length..]).ToList();

            Assert.All(asked, database => Assert.Contains(database, given));
            Assert.All(given, database => Assert.Contains(database, ManifestFile.Resources));
            Assert.True(given.Count <= 1, $"{name} gets more than one database: {string.Join(", ", given)}");
        }
    }

    [Fact]
    public void No_two_services_share_a_database()
    {
        var databases = ManifestFile.OfType("project.v0").Keys
            .SelectMany(name => ManifestFile.Environment(name))
            .Where(variable => variable.Key.StartsWith("ConnectionStrings__", StringComparison.Ordinal) && variable.Key != "ConnectionStrings__rabbitmq")
            .Select(variable => variable.Value).ToList();

        Assert.Equal(databases.Distinct(), databases);
    }

    [Fact]
    public void Every_expression_names_a_resource()
    {
        var named = ManifestFile.Resources.SelectMany(resource => Expression().Matches(resource.Value!.ToJsonString()))
            .Select(match => match.Groups["name"].Value).Distinct();

        Assert.All(named, name => Assert.Contains(name, ManifestFile.Resources));
    }

    [Fact]
    public void What_up_builds_is_what_the_manifest_runs_and_the_tools_that_it_needs()
    {
        var filter = JsonNode.Parse(File.ReadAllText(Path.Combine(ManifestFile.Root, "Portal.slnf")))!;
        var built = filter["solution"]!["projects"]!.AsArray().Select(path => path!.GetValue<string>());

        Assert.Equal(
            ManifestFile.ServiceProjects().Concat(["tools/Demo/Demo.csproj", "tools/LocalRun/LocalRun.csproj", "tools/TykStandIn/TykStandIn.csproj"]).Order(StringComparer.Ordinal),
            built.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("""(AddEventStore|GetConnectionString)\("(?<name>[a-z]+db)"|ConnectionStrings:(?<name>[a-z]+db)""")]
    private static partial Regex DatabaseName();

    [GeneratedRegex(@"\{(?<name>[a-z][a-z0-9-]*)\.")]
    private static partial Regex Expression();
}
