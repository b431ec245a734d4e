using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace DevPortal.PortalTests;

/// <summary>The reference pages, of the portal's own API at /docs and of a product's API, as a developer uses them.</summary>
[Collection(OnTheWebsite.Name)]
public sealed class ReferencePageTests(Website website)
{
    [Fact]
    public async Task The_reference_shows_the_operations_loads_nothing_from_elsewhere_and_breaks_no_rule()
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
        await PagesTests.LooksWellAsync(visit, "docs");
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

    [Fact]
    public async Task An_API_of_a_product_has_samples_of_code_for_each_operation()
    {
        await using var visit = await website.VisitAsync();
        await visit.GoAsync("/catalog");
        await visit.ClickAsync("Weather forecasts");
        await visit.ClickAsync("Reference");
        var reference = visit.Page.Locator("#reference[data-ready]");
        await Expect(reference).ToBeVisibleAsync(new() { Timeout = 120_000 });

        await Expect(reference.GetByText("curl ").First).ToBeVisibleAsync(new() { Timeout = 120_000 });
    }

    [Theory]
    [InlineData(360)]
    [InlineData(1440)]
    public async Task Each_operation_is_a_click_away(int width)
    {
        await using var visit = await website.VisitAsync();
        await visit.Page.SetViewportSizeAsync(width, 900);
        await visit.GoAsync("/catalog");
        await visit.ClickAsync("Weather forecasts");
        await visit.ClickAsync("Reference");
        var reference = visit.Page.Locator("#reference[data-ready]");
        await Expect(reference).ToBeVisibleAsync(new() { Timeout = 120_000 });

        if (width < 1000) await reference.GetByRole(AriaRole.Button, new() { Name = "Open Menu" }).ClickAsync();
        await reference.GetByRole(AriaRole.Link, new() { Name = "Cities by the start of their name" }).First.ClickAsync();

        await Expect(reference.GetByRole(AriaRole.Heading, new() { Name = "Cities by the start of their name" })).ToBeInViewportAsync();
    }
}
