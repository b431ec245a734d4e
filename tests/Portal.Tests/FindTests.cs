using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace DevPortal.PortalTests;

/// <summary>An admin finds what belongs to whom.</summary>
[Collection(OnTheWebsite.Name)]
public sealed class FindTests(Website website)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_that_was_found_somewhere_is_pasted_found_without_standing_in_an_address_and_revoked()
    {
        var (app, key) = await KeyAsync();
        await using var admin = await website.VisitAsync();
        var addresses = new List<string>();
        admin.Page.Request += (_, request) => addresses.Add(request.Url);
        await admin.SignInAsync(website.Admin, "/admin/apps");
        await admin.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Person, app or key" }).FillAsync($" {key} ");
        await admin.ClickAsync("Find");

        var row = admin.Page.Locator(".row", new() { HasText = app }).Filter(new() { Has = admin.Page.GetByText($"…{key[^4..]}") });
        await row.GetByRole(AriaRole.Link, new() { Name = "Revoke" }).ClickAsync();
        await admin.SeesAsync("What stops:");
        await admin.Page.GetByLabel("Why?").FillAsync("It was in a public repository.");
        await admin.ClickAsync("Revoke the key");
        await Expect(admin.Page.Locator(".key-card .badge").First).ToHaveTextAsync("Revoked");
        Assert.DoesNotContain(addresses, address => address.Contains(key[^20..], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Apps_are_found_by_their_name_and_by_the_person_who_owns_them()
    {
        await using var consumer = await website.VisitAsync();
        await consumer.SignInAsync(website.Consumer, "/apps/new");
        var name = $"Lighthouse {Guid.NewGuid().ToString("N")[..6]}";
        await consumer.Page.GetByLabel("Name").FillAsync(name);
        await consumer.ClickAsync("Make the app");
        await Expect(consumer.Page.GetByRole(AriaRole.Heading, new() { Name = name })).ToBeVisibleAsync();

        await using var admin = await website.VisitAsync(scripts: false);
        await admin.SignInAsync(website.Admin, "/admin/apps");
        foreach (var (typed, path) in new[] { (name, ""), (website.Consumer.Email, $"Apps of {website.Consumer.Name}") })
        {
            await admin.Page.GetByRole(AriaRole.Searchbox).FillAsync(typed);
            await admin.ClickAsync("Find");
            if (path.Length > 0) await admin.ClickAsync(path);
            await Expect(admin.Page.GetByRole(AriaRole.Link, new() { Name = name })).ToBeVisibleAsync();
        }

        await admin.Page.GetByRole(AriaRole.Searchbox).FillAsync("nobodyiscalledthat");
        await admin.ClickAsync("Find");
        await admin.SeesAsync("Nothing fits");
    }

    /// <summary>A key that its owner has revealed, and the app's name.</summary>
    async Task<(string App, string Key)> KeyAsync()
    {
        var admin = website.Cast.Admins.Single(actor => actor.Me.Email == website.Admin.Email);
        await using var visit = await website.VisitAsync();
        var app = await visit.AskAsync(website.Consumer, "Weather forecasts", "For a key that gets lost.");
        await Demo.Api.AccessCalls.ApproveAsync(admin.Portal, Guid.Parse(new Uri(visit.Page.Url).Segments[^1]), "Welcome.", Ct);
        await visit.SeesAsync("Active at the gateway since");
        await visit.ClickAsync("Open the key");
        await visit.ClickAsync("Reveal the key");
        await visit.ClickAsync("Reveal the key now");
        return (app, await visit.Page.Locator("#key").InnerTextAsync());
    }
}
