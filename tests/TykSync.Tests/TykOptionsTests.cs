using System.ComponentModel.DataAnnotations;
using DevPortal.TykSync.Sources;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace DevPortal.TykSync.Tests;

public class TykOptionsTests
{
    static TykOptions Options(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => "Tyk:" + setting.Key, setting => (string?)setting.Value)).Build()
            .GetSection("Tyk").Get<TykOptions>() ?? new TykOptions();

    static string[] Problems(TykOptions options) => [.. options.Validate(new ValidationContext(options)).Select(problem => problem.ErrorMessage!)];

    [Fact]
    public void A_gateway_is_an_address_and_a_secret()
    {
        var options = Options(("Sources:tyk:Url", "http://tyk:8080"), ("Sources:tyk:Secret", "s3cret"), ("Sources:tyk:OrgId", "o"), ("Sources:tyk:PublicUrl", "https://api.example.org"));

        Assert.Empty(Problems(options));
        var source = Assert.Single(options.Configured());
        Assert.Equal(("tyk", SourceKind.Gateway, "o"), (source.Name, source.Kind, source.OrgId));
        Assert.Equal(TimeSpan.FromMinutes(10), options.SyncInterval);
        Assert.DoesNotContain("s3cret", $"{options} {source} {options.Sources["tyk"]}", StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_left_empty_are_no_source()
    {
        var options = Options(("Sources:tyk:Kind", ""), ("Sources:tyk:Url", ""), ("Sources:tyk:Path", " "), ("Sources:tyk:Secret", ""), ("Sources:tyk:OrgId", ""), ("Sources:tyk:PublicUrl", ""));

        Assert.Empty(Problems(options));
        Assert.Empty(options.Configured());
    }

    [Fact]
    public void A_folder_is_one_by_its_path() =>
        Assert.Equal(SourceKind.Folder, Assert.Single(Options(("Sources:dump:Path", "/dump")).Configured()).Kind);

    [Theory]
    [InlineData("Sources:tyk:Url", "http://tyk", "Tyk:Sources:tyk:Secret is missing")]
    [InlineData("Sources:tyk:Url", "tyk:8080", "Tyk:Sources:tyk:Url must be")]
    [InlineData("Sources:My Tyk:Path", "/x", "lower-case letters")]
    [InlineData("SyncInterval", "00:00:00", "Tyk:SyncInterval")]
    public void What_can_not_work_stops_the_start_with_its_full_path(string key, string value, string problem) =>
        Assert.Contains(Problems(Options((key, value))), one => one.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void An_unknown_kind_is_named() =>
        Assert.Contains(Problems(Options(("Sources:t:Kind", "ftp"), ("Sources:t:Path", "/x"))), one => one.Contains("'ftp'", StringComparison.Ordinal));
}
