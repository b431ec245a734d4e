using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace DevPortal.PortalTests;

/// <summary>The reference page at /docs, as a developer uses it.</summary>
[Collection(OnTheWebsite.Name)]
public sealed class ReferencePageTests(Website website)
{
    [Fact]
    public async Task The_reference_shows_the_operations_loads_nothing_from_elsewhere_and_breaks_no_rule_of_its_own()
    {
        await using var visit = await website.VisitAsync();
        var elsewhere = new List<string>();
        visit.Page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(website.Address.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal)) elsewhere.Add(request.Url);
        };

        // Its one script is large.
        await visit.Page.GotoAsync("/docs/", new() { WaitUntil = WaitUntilState.DOMContentLoaded, Timeout = 120_000 });

        await Expect(visit.Page.GetByText("/api/identity/me").First).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await visit.ShootAsync("docs");
        Assert.Empty(elsewhere);
        await Expect(visit.Page.Locator("html")).ToHaveAttributeAsync("lang", "en");
    }

    [Fact]
    public async Task Without_scripts_it_leads_to_the_documents()
    {
        await using var visit = await website.VisitAsync(scripts: false);
        await visit.GoAsync("/docs/");
        await visit.SeesAsync("This page needs JavaScript.");
        await Expect(visit.Page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        await visit.ShootAsync("docs-without-scripts");

        await visit.ClickAsync("provisioning");

        await visit.SeesAsync("\"openapi\":");
    }
}
