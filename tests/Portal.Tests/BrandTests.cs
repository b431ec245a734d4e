using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

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
        var colours = await portal.Http.GetStringAsync("/brand/colours.css", Ct);
        Assert.Contains("--accent:#0a7d2c", colours, StringComparison.Ordinal);
        Assert.Contains("--accent:#7fe0a0", colours, StringComparison.Ordinal);

        // The text as it is now, without a new start.
        await File.WriteAllTextAsync(home, "# Ebb and flow\n", Ct);
        Assert.Contains("<h1>Ebb and flow</h1>", await portal.Http.GetStringAsync("/", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_gateway_refuses_bears_the_same_brand_and_the_logo_is_there_without_the_website()
    {
        var logo = Path.Combine(files.FullName, "logo.svg");
        await File.WriteAllTextAsync(logo, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><title>Our sign</title><circle cx=\"16\" cy=\"16\" r=\"14\" fill=\"#0a7d2c\"/></svg>", Ct);
        await using var gateway = await OwnProgram.StartAsync(website, "gateway", ["PortalSecret"], new Dictionary<string, string>
        {
            ["services__portal__http__0"] = $"http://127.0.0.1:{LocalRun.Ports.Free()}",
            ["Brand__Name"] = "Harbour & Sons",
            ["Brand__Logo"] = logo,
            ["Brand__Accent"] = "#0a7d2c",
            ["Brand__AccentDark"] = "#7fe0a0",
        }, Ct);
        await using var visit = await website.VisitAsync();

        Assert.Equal(503, (await visit.GoAsync($"{gateway.Address}catalog"))!.Status);
        Assert.Equal("Away for a moment · Harbour & Sons", await visit.Page.TitleAsync());
        await Expect(visit.Page.Locator(".brand")).ToHaveTextAsync("Harbour & Sons");
        // A picture that is not there has no size of its own.
        await Expect(visit.Page.Locator(".brand img")).ToHaveJSPropertyAsync("complete", true);
        Assert.True(await visit.Page.Locator(".brand img").EvaluateAsync<bool>("sign => sign.naturalWidth > 0"));
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Try again" })).ToHaveCSSAsync("background-color", "rgb(10, 125, 44)");
        await PagesTests.LooksWellAsync(visit, "brand-gateway");
    }

    public void Dispose() => files.Delete(recursive: true);
}
