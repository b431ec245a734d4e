using Xunit;

namespace DevPortal.PortalTests;

/// <summary>Whose portal it is, is a matter of settings.</summary>
[Collection(OnTheWebsite.Name)]
public sealed class BrandTests(Website website) : IDisposable
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly DirectoryInfo files = Directory.CreateTempSubdirectory("devportal-brand-");

    [Fact]
    public async Task Name_logo_colours_and_the_text_of_the_home_page_come_from_settings()
    {
        var (logo, home) = (Path.Combine(files.FullName, "logo.svg"), Path.Combine(files.FullName, "home.md"));
        await File.WriteAllTextAsync(logo, "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>Our sign</title></svg>", Ct);
        await File.WriteAllTextAsync(home, "# Tides for everybody\n\nRead **our tables**. <script>hit=1</script>", Ct);
        await using var portal = new Replica(website, new Dictionary<string, string>
        {
            ["Brand__Name"] = "Harbour & Sons",
            ["Brand__Logo"] = logo,
            ["Brand__Home"] = home,
            ["Brand__Accent"] = "#0a7d2c",
            ["Brand__AccentDark"] = "#7fe0a0",
        });

        var page = await portal.Http.GetStringAsync("/", Ct);
        Assert.Contains("<title>Harbour &amp; Sons</title>", page, StringComparison.Ordinal);
        Assert.Contains("<h1>Tides for everybody</h1>", page, StringComparison.Ordinal);
        Assert.Contains("<strong>our tables</strong>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>hit", page, StringComparison.Ordinal);
        Assert.Contains("src=\"/brand/logo\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("DevPortal", page, StringComparison.Ordinal);
        Assert.Contains("<title>Catalog · Harbour &amp; Sons</title>", await portal.Http.GetStringAsync("/catalog", Ct), StringComparison.Ordinal);
        using var sign = await portal.Http.GetAsync("/brand/logo", Ct);
        Assert.Equal("image/svg+xml", sign.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Our sign", await sign.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        var colours = await portal.Http.GetStringAsync("/brand/colours.css", Ct);
        Assert.Contains("--accent:#0a7d2c", colours, StringComparison.Ordinal);
        Assert.Contains("--accent:#7fe0a0", colours, StringComparison.Ordinal);

        // The text as it is now, without a new start.
        await File.WriteAllTextAsync(home, "# Ebb and flow\n", Ct);
        Assert.Contains("<h1>Ebb and flow</h1>", await portal.Http.GetStringAsync("/", Ct), StringComparison.Ordinal);
    }

    public void Dispose() => files.Delete(recursive: true);
}
