using System.Text.Json;
using DevPortal.Demo.Api;
using Microsoft.Playwright;
using Xunit;

namespace DevPortal.PortalTests;

/// <summary>Every page, as pictures for whoever judges it and under axe's rules (WCAG 2.2 AA).</summary>
[Collection(OnTheWebsite.Name)]
public sealed class PagesTests(Website website)
{
    static readonly string Axe = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "axe", "axe.min.js"));

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Pages_for_everybody_have_no_violations(ColorScheme scheme)
    {
        await using var visit = await website.VisitAsync(scheme: scheme);
        await VisitAllAsync(visit, scheme, "anybody", ["/", "/catalog", "/catalog?q=nothing-like-this", await ProductAsync(), "/nothing", "/session/trouble", "/sign-in", "/account/sign-out"]);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Pages_of_a_consumer_have_no_violations(ColorScheme scheme)
    {
        await using var visit = await website.VisitAsync(scheme: scheme);
        await visit.AskAsync(website.Consumer, "Weather forecasts", "To be looked at.");
        var request = new Uri(visit.Page.Url).AbsolutePath;
        // One that is granted, with a key.
        await visit.AskAsync(website.Consumer, "Weather forecasts", "To hold a key.", signIn: false);
        var granted = new Uri(visit.Page.Url).AbsolutePath;
        await website.Cast.Admins.Single(actor => actor.Me.Email == website.Admin.Email).Portal.ApproveAsync(Guid.Parse(granted.Split('/')[^1]), "Yes.", TestContext.Current.CancellationToken);
        var key = (await website.Cast.Consumers.Single(actor => actor.Me.Email == website.Consumer.Email).Portal
            .UntilProvisionedAsync(Guid.Parse(granted.Split('/')[^1]), TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)).Credential!.Id;
        await VisitAllAsync(visit, scheme, "consumer", ["/", await ProductAsync(), await ProductAsync() + "/request", "/requests", request, "/apps", "/apps/new", await visit.FirstLinkAsync("/apps", "main h2 a"), "/me", "/admin", granted, $"/credentials/{key}/reveal", $"/credentials/{key}/rotate", $"/credentials/{key}/revoke"]);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Pages_of_an_admin_have_no_violations(ColorScheme scheme)
    {
        await using (var consumer = await website.VisitAsync()) await consumer.AskAsync(website.Consumer, "Weather forecasts", "To be looked at.");
        await using var visit = await website.VisitAsync(scheme: scheme);
        await visit.SignInAsync(website.Admin, "/admin");
        await VisitAllAsync(visit, scheme, "admin",
        [
            "/admin", "/admin/requests", "/admin/requests?state=pending", await visit.FirstLinkAsync("/admin/requests?state=pending", ".row-title a"), "/admin/apps",
            "/admin/products", await visit.FirstLinkAsync("/admin/products", ".row-title a"), "/admin/plans", await visit.FirstLinkAsync("/admin/plans", ".row-title a"),
            "/admin/catalogs", await visit.FirstLinkAsync("/admin/catalogs", ".row-title a"), "/admin/people", "/admin/people/new",
            await visit.FirstLinkAsync("/admin/people", ".row-title a"), "/admin/sync", await visit.FirstLinkAsync("/admin/sync", ".row-title a"),
        ]);
    }

    async Task<string> ProductAsync()
    {
        var products = await website.Cast.Anybody.GetAsync<Page<Product>>("/api/catalog/products", TestContext.Current.CancellationToken);
        return $"/catalog/{products.Items[0].Id}";
    }

    static async Task VisitAllAsync(Visit visit, ColorScheme scheme, string who, string[] paths)
    {
        var found = new List<string>();
        foreach (var path in paths)
        {
            await visit.GoAsync(path);
            await visit.Page.EvaluateAsync(Axe);
            var report = await visit.Page.EvaluateAsync<JsonElement>("axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(report => report.violations.map(v => `${v.id}: ${v.nodes.map(n => n.target + ' ' + (n.any[0]?.message ?? '')).slice(0, 3).join(' | ')}`))");
            found.AddRange(report.EnumerateArray().Select(violation => $"{path} {violation.GetString()}"));
            if (scheme == ColorScheme.Dark)
            {
                await visit.ShootAsync($"{who}{Name(path)}-dark");
                continue;
            }

            foreach (var width in new[] { 360, 768, 1440 })
            {
                await visit.Page.SetViewportSizeAsync(width, 900);
                await visit.ShootAsync($"{who}{Name(path)}-{width}");
                // Nobody scrolls sideways.
                if (await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth")) found.Add($"{path} is wider than {width}");
            }
        }

        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    static string Name(string path) => string.Concat(path.Split('?')[0].Split('/').Select(part => Guid.TryParse(part, out _) ? "-one" : "-" + part)).Replace("--", "-", StringComparison.Ordinal).TrimEnd('-');
}
