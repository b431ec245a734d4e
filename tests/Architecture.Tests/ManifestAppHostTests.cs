using System.Text.RegularExpressions;
using Xunit;

namespace DevPortal.Architecture.Tests;

/// <summary>AppHost cannot be compiled everywhere, so its text is held against the manifest that it would write.</summary>
public sealed partial class ManifestAppHostTests
{
    private static readonly string Program = File.ReadAllText(Path.Combine(ManifestFile.Root, "AppHost", "Program.cs"));

    [Fact]
    public void AppHost_and_manifest_name_the_same_resources_in_the_same_order()
    {
        var named = Resource().Matches(Program).Select(match => match.Groups["name"].Value).ToList();

        // A server's user and password are written inside its own call, and come before it.
        foreach (var server in new[] { "postgres", "rabbitmq" })
        {
            named.Remove(server);
            named.Insert(named.IndexOf($"{server}-password") + 1, server);
        }

        Assert.Equal(ManifestFile.Resources.Select(resource => resource.Key).Where(name => !name.EndsWith("-uri-encoded", StringComparison.Ordinal)), named);
    }

    [Fact]
    public void AppHost_and_manifest_name_the_same_images()
    {
        var tags = ImageTag().Matches(Program).Select(match => match.Groups["tag"].Value);

        Assert.Equal(ManifestFile.OfType("container.v0").Values.Select(container => container["image"]!.GetValue<string>().Split(':')[1]), tags);
    }

    [Fact]
    public void AppHost_and_manifest_name_the_same_databases()
    {
        var databases = Database().Matches(Program).Select(match => (match.Groups["name"].Value, $"{{postgres.connectionString}};Database={match.Groups["database"].Value}"));

        Assert.Equal(ManifestFile.OfType("value.v0").Select(entry => (entry.Key, entry.Value["connectionString"]!.GetValue<string>())), databases);
    }

    [Fact]
    public void AppHost_sets_what_the_manifest_sets()
    {
        var set = Variable().Matches(Program).Select(match => match.Groups["name"].Value).Distinct();
        string[] aspires = ["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "ASPNETCORE_FORWARDEDHEADERS_ENABLED", "HTTP_PORTS"];
        var ours = ManifestFile.OfType("project.v0").Keys.SelectMany(name => ManifestFile.Environment(name).Keys).Distinct()
            .Except(aspires)
            .Where(name => !name.StartsWith("ConnectionStrings__", StringComparison.Ordinal) && !name.StartsWith("services__", StringComparison.Ordinal) && !name.StartsWith("Tyk__", StringComparison.Ordinal));

        Assert.Equal(ours.Order(), set.Order());
    }

    [Fact]
    public void Every_project_of_the_manifest_is_referenced_by_AppHost_and_has_an_http_profile()
    {
        var references = File.ReadAllText(Path.Combine(ManifestFile.Root, "AppHost", "AppHost.csproj"));
        foreach (var path in ManifestFile.ServiceProjects())
        {
            Assert.Contains($"../{path}", references, StringComparison.Ordinal);
            // Without a launch profile Aspire gives a project no endpoint.
            var profile = Path.Combine(ManifestFile.Root, Path.GetDirectoryName(path)!, "Properties", "launchSettings.json");
            Assert.Contains("\"applicationUrl\": \"http://", File.ReadAllText(profile), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_demo_is_made_only_in_run_mode()
    {
        Assert.Matches(@"var demo = builder\.ExecutionContext\.IsRunMode && [^?]+\? new DemoRun\(builder\)\s+: null;", Program);
        Assert.Single(DemoRun().Matches(Program));
    }

    [GeneratedRegex("""(AddParameter|AddGeneratedSecret|AddSecret|AddPostgres|AddRabbitMQ|AddDatabase|AddService<[\w.]+>|AddProject<[\w.]+>)\(\s*"(?<name>[a-z-]+)""")]
    private static partial Regex Resource();

    [GeneratedRegex("""WithImageTag\("(?<tag>[^"]+)"\)""")]
    private static partial Regex ImageTag();

    [GeneratedRegex("""AddDatabase\("(?<name>[a-z]+)", "(?<database>[a-z]+)"\)""")]
    private static partial Regex Database();

    [GeneratedRegex("""WithEnvironment\("(?<name>\w+)""")]
    private static partial Regex Variable();

    [GeneratedRegex("new DemoRun")]
    private static partial Regex DemoRun();
}
