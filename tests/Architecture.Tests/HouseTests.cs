using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace DevPortal.Architecture.Tests;

/// <summary>The rules of the house, read from the files: what a newcomer relies on to find his way.</summary>
public sealed partial class HouseTests
{
    static readonly string Root = FindRoot();
    static readonly string[] Services = ["identity", "catalog", "provisioning", "credentials", "tyk-sync"];

    [Fact]
    public void A_route_is_named_like_the_file_that_holds_it()
    {
        var wrong = from service in Services
                    from file in Sources($"services/{service}")
                    from Match route in RouteName().Matches(File.ReadAllText(file))
                    where route.Groups[1].Value != Path.GetFileNameWithoutExtension(file)
                    select $"{Relative(file)}: WithName(nameof({route.Groups[1].Value}))";
        Assert.Empty(wrong);
    }

    [Fact]
    public void A_file_holds_one_route()
    {
        // A page that is shown and posted is one.
        var crowded = from service in Services
                      from file in Sources($"services/{service}")
                      let routes = MapVerb().Matches(File.ReadAllText(file)).Select(route => route.Groups[1].Value).Distinct().Count()
                      where routes > 1
                      select $"{Relative(file)}: {routes} routes";
        Assert.Empty(crowded);
    }

    [Fact]
    public void Every_route_has_a_name()
    {
        var nameless = from service in Services
                       from file in Sources($"services/{service}")
                       let text = File.ReadAllText(file)
                       where MapVerb().IsMatch(text) && !RouteName().IsMatch(text) && Path.GetFileName(file) != "Program.cs"
                       select Relative(file);
        Assert.Empty(nameless);
    }

    [Fact]
    public void No_service_references_another()
    {
        var references = from service in Services
                         from project in Directory.GetFiles(Path.Combine(Root, "services", service), "*.csproj")
                         from reference in XDocument.Load(project).Descendants("ProjectReference")
                         let path = reference.Attribute("Include")!.Value
                         where !Path.GetFullPath(Path.Combine(Path.GetDirectoryName(project)!, path)).StartsWith(Root + "/", StringComparison.Ordinal)
                             || path.Contains("services/", StringComparison.Ordinal) || !path.StartsWith("../../", StringComparison.Ordinal)
                         select $"{service} -> {path}";
        Assert.Empty(references);
    }

    [Fact]
    public void The_gateway_references_ServiceDefaults_alone()
    {
        var references = XDocument.Load(Path.Combine(Root, "gateway/Gateway.csproj")).Descendants("ProjectReference").Select(reference => reference.Attribute("Include")!.Value);
        Assert.Equal(["../ServiceDefaults/ServiceDefaults.csproj"], references);
    }

    [Fact]
    public void The_portal_references_ServiceDefaults_alone()
    {
        var references = XDocument.Load(Path.Combine(Root, "portal/Portal.csproj")).Descendants("ProjectReference").Select(reference => reference.Attribute("Include")!.Value);
        Assert.Equal(["../ServiceDefaults/ServiceDefaults.csproj"], references);
    }

    [Fact]
    public void Time_comes_from_TimeProvider()
    {
        var clocks = from folder in (string[])["services", "gateway", "portal", "Eventing", "ServiceDefaults", "Tyk"]
                     from file in Sources(folder)
                     where Clock().IsMatch(File.ReadAllText(file))
                     select Relative(file);
        Assert.Empty(clocks);
    }

    [Fact]
    public void MassTransit_stays_on_the_free_version() =>
        Assert.Matches("Include=\"MassTransit\\.RabbitMQ\" Version=\"8\\.5\\.", File.ReadAllText(Path.Combine(Root, "Directory.Packages.props")));

    [Fact]
    public void No_project_names_a_version_of_its_own_except_AppHost()
    {
        var own = from project in Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
                  where !project.Contains("/AppHost/", StringComparison.Ordinal)
                  where XDocument.Load(project).Descendants("PackageReference").Any(package => package.Attribute("Version") is not null)
                  select Relative(project);
        Assert.Empty(own);
    }

    static IEnumerable<string> Sources(string folder) => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    static string Relative(string file) => Path.GetRelativePath(Root, file);

    static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "DevPortal.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    [GeneratedRegex(@"\.WithName\(nameof\((\w+)\)\)")]
    private static partial Regex RouteName();

    [GeneratedRegex(@"\.Map(?:Get|Post|Put|Patch|Delete)\(([^,]+),")]
    private static partial Regex MapVerb();

    [GeneratedRegex(@"\b(?:DateTime|DateTimeOffset)\.(?:UtcNow|Now)\b")]
    private static partial Regex Clock();
}
