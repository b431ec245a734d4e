using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace DevPortal.PortalTests;

/// <summary>Somebody new, from the invitation to the last day: an admin's browser and his own.</summary>
[Collection(OnTheWebsite.Name)]
public sealed class PeopleTests(Website website)
{
    readonly string mark = Guid.NewGuid().ToString("N")[..8];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Somebody_is_invited_signs_in_is_moved_administers_and_is_deactivated(bool scripts)
    {
        await using var admin = await website.VisitAsync(scripts);
        await admin.SignInAsync(website.Admin, "/admin/people");
        await MakeOrganisationAsync(admin, $"Harbour {mark}", $"Pilots {mark}");
        await MakeOrganisationAsync(admin, $"Ferries {mark}", $"Deck {mark}");

        var link = await InviteAsync(admin, scripts);
        await using var invited = await website.VisitAsync(scripts);
        await invited.Page.GotoAsync(link);
        await invited.Page.GetByLabel("New password").FillAsync($"a sentence of {mark}");
        await invited.ClickAsync("Set password");
        // Identity knows him now; the website asks it, and nobody types a password again.
        await invited.ClickAsync("Sign in");
        await Expect(invited.Page.Locator(".account-name")).ToHaveTextAsync($"Nils {mark}");
        await invited.Page.GotoAsync(link);
        await invited.Page.GetByLabel("New password").FillAsync($"another sentence of {mark}");
        await invited.ClickAsync("Set password");
        await invited.SeesAsync("This link is no longer good");

        // Setting the password changed him: a form from before would be refused as old.
        await admin.Page.ReloadAsync();
        await Teams(admin, "Pilots").UncheckAsync();
        await Teams(admin, "Deck").CheckAsync();
        await admin.ClickAsync("Move");
        await admin.SeesAsync("Moved.");
        await Expect(Teams(admin, "Deck")).ToBeCheckedAsync();
        await Expect(Teams(admin, "Pilots")).Not.ToBeCheckedAsync();
        await invited.GoAsync("/me");
        await invited.SeesAsync($"Ferries {mark}");
        await invited.SeesAsync($"Deck {mark}");

        await admin.ClickAsync("Make an admin");
        await admin.SeesAsync("An admin sees every request");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Make an admin" }).ClickAsync();
        await admin.SeesAsync("The role is changed.");
        await invited.GoAsync("/session/sign-in?returnUrl=%2Fadmin");
        await Expect(invited.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Desk");

        await admin.ClickAsync("Deactivate");
        await admin.ClickAsync("Deactivate the person");
        await admin.SeesAsync("Deactivated. Sessions");
        await Expect(admin.Page.GetByRole(AriaRole.Button, new() { Name = "Reactivate" })).ToBeVisibleAsync();
        await IsLedOutAsync(invited);
    }

    async Task<string> InviteAsync(Visit admin, bool scripts)
    {
        await admin.GoAsync("/admin/people/new");
        await admin.Page.GetByLabel("Name", new() { Exact = true }).FillAsync($"Nils {mark}");
        await admin.Page.GetByLabel("E-mail address").FillAsync($"nils-{mark}@example.org");
        await Teams(admin, "Pilots").CheckAsync();
        await admin.ClickAsync("Make the one-time link");
        var shown = admin.Page.GetByLabel("One-time link");
        var link = await shown.InnerTextAsync();
        if (scripts)
        {
            await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
            await Expect(admin.Page.Locator("#announce")).ToHaveTextAsync("Copied");
            Assert.Equal(link, await admin.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        }

        await admin.ClickAsync("I have kept it");
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"Nils {mark}");
        if (scripts)
        {
            await admin.Page.GoBackAsync();
            await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Invite somebody");
            await Expect(shown).ToHaveCountAsync(0);
            await admin.Page.GoForwardAsync();
        }

        await Expect(admin.Page.GetByText(new Uri(link).Query)).ToHaveCountAsync(0);
        return link;
    }

    static async Task MakeOrganisationAsync(Visit admin, string organisation, string team)
    {
        await admin.GoAsync("/admin/people");
        await admin.Page.GetByLabel("New organisation").FillAsync(organisation);
        await admin.ClickAsync("Make the organisation");
        await Expect(admin.Page.GetByRole(AriaRole.Combobox, new() { Name = "In" }).Locator("option:checked")).ToHaveTextAsync(organisation);
        await admin.Page.GetByLabel("New team").FillAsync(team);
        await admin.ClickAsync("Make the team");
        await Expect(admin.Page.GetByLabel("New team")).ToHaveValueAsync("");
        await admin.SeesAsync("Made.");
    }

    /// <summary>Within seconds whatever he opens is the sign-in, which says why.</summary>
    static async Task IsLedOutAsync(Visit invited)
    {
        var sentence = invited.Page.GetByText("You are no longer signed in");
        for (var until = DateTime.UtcNow.AddSeconds(30); DateTime.UtcNow < until && await sentence.CountAsync() == 0;) await invited.GoAsync("/requests");
        await Expect(sentence).ToBeVisibleAsync();
    }

    ILocator Teams(Visit admin, string name) => admin.Page.GetByRole(AriaRole.Checkbox, new() { Name = $"{name} {mark}" });
}
