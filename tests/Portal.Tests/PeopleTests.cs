using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace DevPortal.PortalTests;

/// <summary>Somebody new, from the invitation to the last day: an admin's browser and his own.</summary>
[Collection(OnTheWebsite.Name)]
public sealed class PeopleTests(Website website)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

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

        var replaced = await InviteAsync(admin, scripts);
        // The page with the link is kept by nobody but whoever reads it.
        var remade = await admin.Page.RunAndWaitForResponseAsync(() => admin.ClickAsync("Make a one-time link"), response => response.Request.Method == "POST");
        Assert.Contains("no-store", await remade.HeaderValueAsync("cache-control") ?? "", StringComparison.Ordinal);
        var link = await TakeLinkAsync(admin, scripts);
        Assert.NotEqual(replaced, link);
        await using var invited = await website.VisitAsync(scripts);
        await SetPasswordAsync(invited, replaced);
        await invited.SeesAsync("This link is no longer good");
        Assert.Contains("no-store", await (await invited.GoAsync(link))!.HeaderValueAsync("cache-control") ?? "", StringComparison.Ordinal);
        await invited.Page.GetByLabel("New password").FillAsync($"a sentence of {mark}");
        await invited.ClickAsync("Set password");
        // Identity knows him now; the website asks it, and nobody types a password again.
        await invited.ClickAsync("Sign in");
        await Expect(invited.Page.Locator(".account-name")).ToHaveTextAsync($"Nils {mark}");
        await SetPasswordAsync(invited, link);
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

    [Fact]
    public async Task Who_finds_teams_while_he_invites_or_moves_somebody_keeps_what_he_typed_and_ticked()
    {
        await using var admin = await website.VisitAsync(scripts: false);
        await admin.SignInAsync(website.Admin, "/admin/people");
        await MakeOrganisationAsync(admin, $"Harbour {mark}", $"Pilots {mark}");
        await MakeOrganisationAsync(admin, $"Ferries {mark}", $"Deck {mark}");
        await admin.GoAsync("/admin/people/new?q=pilots");
        await admin.Page.GetByLabel("Name", new() { Exact = true }).FillAsync($"Nora {mark}");
        await admin.Page.GetByLabel("E-mail address").FillAsync($"nora-{mark}@example.org");
        await admin.Page.GetByRole(AriaRole.Combobox, new() { Name = "Role" }).SelectOptionAsync("admin");
        await Teams(admin, "Pilots").CheckAsync();
        await FindAsync(admin, $"deck {mark}");
        await Expect(Teams(admin, "Deck")).Not.ToBeCheckedAsync();
        await Expect(admin.Page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync($"Nora {mark}");
        await Expect(admin.Page.GetByRole(AriaRole.Combobox, new() { Name = "Role" })).ToHaveValueAsync("admin");
        await admin.ClickAsync("Make the one-time link");
        await admin.ClickAsync("I have kept it");
        await admin.Page.WaitForURLAsync("**/admin/people/*-*");
        await Expect(Teams(admin, "Pilots")).ToBeCheckedAsync();

        var person = new Uri(admin.Page.Url).AbsolutePath;
        await admin.GoAsync($"{person}?q=deck");
        await Teams(admin, "Pilots").UncheckAsync();
        await Teams(admin, "Deck").CheckAsync();
        await FindAsync(admin, "route");
        await Expect(Teams(admin, "Pilots")).Not.ToBeCheckedAsync();
        await admin.ClickAsync("Move");
        await admin.SeesAsync("Moved.");
        await admin.GoAsync(person);
        await Expect(Teams(admin, "Deck")).ToBeCheckedAsync();

        // From an organisation to its teams, and from a team to its people.
        await admin.GoAsync($"/admin/people?q={mark}");
        await Expect(admin.Page.Locator("main .row-title")).ToHaveTextAsync([$"Nora {mark}"]);
        await admin.GoAsync($"/admin/people?in=ferries%20{mark}");
        await admin.ClickAsync($"Ferries {mark}");
        await admin.ClickAsync("Its teams");
        await Expect(admin.Page.Locator("main .row-title")).ToHaveTextAsync([$"Deck {mark}"]);
        await admin.ClickAsync("Show all");
        await admin.Page.GetByRole(AriaRole.Searchbox).FillAsync($"pilots {mark}");
        await admin.ClickAsync("Search");
        await Expect(admin.Page.Locator("main .row-title")).ToHaveTextAsync([$"Pilots {mark}"]);
        await PagesTests.LooksWellAsync(website, website.Admin, admin, "admin-teams-found");
        await admin.ClickAsync($"Pilots {mark}");
        await admin.SeesAsync("Nobody fits");
        await admin.ClickAsync($"Teams of Harbour {mark}");
        await admin.ClickAsync("Its people");
        await Expect(admin.Page.GetByRole(AriaRole.Navigation, new() { Name = "Organisations" }).Locator("[aria-current=page]")).ToHaveTextAsync($"Harbour {mark}");
        await admin.GoAsync($"/admin/people/teams?q=deck%20{mark}");
        await admin.ClickAsync($"Deck {mark}");
        await Expect(admin.Page.Locator("main .row-title")).ToHaveTextAsync([$"Nora {mark}"]);
        await PagesTests.LooksWellAsync(website, website.Admin, admin, "admin-people-of-team");
    }

    [Fact]
    public async Task Who_is_deactivated_is_led_out_and_after_the_reactivation_signs_in_again()
    {
        var (person, account) = await website.NewcomerAsync(Ct);
        await using var visit = await website.VisitAsync(scripts: false);
        await visit.SignInAsync(account, "/requests");
        await using var admin = await website.VisitAsync(scripts: false);
        await admin.SignInAsync(website.Admin, person);
        await admin.ClickAsync("Deactivate");
        await admin.ClickAsync("Deactivate the person");
        await admin.SeesAsync("Deactivated. Sessions");
        await IsLedOutAsync(visit);
        await Expect(visit.Page.GetByLabel("E-mail address")).ToBeVisibleAsync();
        await visit.Page.GetByLabel("E-mail address").FillAsync(account.Email);
        await visit.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(account.Password);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await visit.SeesAsync("do not fit");

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Reactivate" }).ClickAsync();
        await admin.SeesAsync("Reactivated.");
        await Expect(admin.Page.GetByRole(AriaRole.Link, new() { Name = "Deactivate" })).ToBeVisibleAsync();
        await visit.SignInAsync(account, "/requests");
        await Expect(visit.Page.Locator(".account-name")).ToHaveTextAsync(account.Name);
    }

    [Fact]
    public async Task Who_reactivates_second_is_told_what_happened()
    {
        var (person, _) = await website.NewcomerAsync(Ct);
        await using var admin = await website.VisitAsync(scripts: false);
        await admin.SignInAsync(website.Admin, person + "/deactivate");
        await admin.ClickAsync("Deactivate the person");
        await admin.SeesAsync("Deactivated. Sessions");
        var other = await admin.Context.NewPageAsync();
        await other.GotoAsync(person);
        await other.GetByRole(AriaRole.Button, new() { Name = "Reactivate" }).ClickAsync();
        await Expect(other.GetByText("Reactivated.").First).ToBeVisibleAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Reactivate" }).ClickAsync();

        await Expect(admin.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Somebody changed this");
        await Expect(admin.Page.GetByRole(AriaRole.Link, new() { Name = "Deactivate" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_a_person_is_stands_in_words_that_do_not_touch()
    {
        await using var admin = await website.VisitAsync();
        await admin.SignInAsync(website.Admin, $"/admin/people/{website.Cast.Admins.First().Me.Id}");
        var badges = await admin.Page.Locator(".heading .badge").EvaluateAllAsync<float[][]>("badges => badges.map(badge => [badge.getBoundingClientRect().left, badge.getBoundingClientRect().right])");

        Assert.Equal(2, badges.Length);
        Assert.True(badges[1][0] - badges[0][1] >= 4, $"{badges[0][1]} … {badges[1][0]}");
    }

    static async Task FindAsync(Visit admin, string words)
    {
        await admin.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Find teams by name" }).FillAsync(words);
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
    }

    async Task<string> InviteAsync(Visit admin, bool scripts)
    {
        await admin.GoAsync("/admin/people/new");
        await admin.Page.GetByLabel("Name", new() { Exact = true }).FillAsync($"Nils {mark}");
        await admin.Page.GetByLabel("E-mail address").FillAsync($"nils-{mark}@example.org");
        await Teams(admin, "Pilots").CheckAsync();
        await admin.ClickAsync("Make the one-time link");
        var link = await TakeLinkAsync(admin, scripts);
        await admin.ClickAsync("I have kept it");
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"Nils {mark}");
        if (scripts)
        {
            await admin.Page.GoBackAsync();
            await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Invite somebody");
            await Expect(admin.Page.GetByLabel("One-time link")).ToHaveCountAsync(0);
            await admin.Page.GoForwardAsync();
        }

        await Expect(admin.Page.GetByText(new Uri(link).Query)).ToHaveCountAsync(0);
        return link;
    }

    /// <summary>The link that the page shows, by its button where there is one.</summary>
    static async Task<string> TakeLinkAsync(Visit admin, bool scripts)
    {
        var link = await admin.Page.GetByLabel("One-time link").InnerTextAsync();
        if (scripts)
        {
            await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
            await Expect(admin.Page.Locator("#announce")).ToHaveTextAsync("Copied");
            Assert.Equal(link, await admin.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        }

        return link;
    }

    /// <summary>Tries to, by a link that is good or not.</summary>
    async Task SetPasswordAsync(Visit somebody, string link)
    {
        await somebody.GoAsync(link);
        await somebody.Page.GetByLabel("New password").FillAsync($"another sentence of {mark}");
        await somebody.ClickAsync("Set password");
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
