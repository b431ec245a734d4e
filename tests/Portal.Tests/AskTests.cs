using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace DevPortal.PortalTests;

/// <summary>What a consumer asks for, and takes back.</summary>
[Collection(OnTheWebsite.Name)]
public sealed class AskTests(Website website)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    PortalClient Consumer => website.Cast.Consumers.Single(actor => actor.Me.Email == website.Consumer.Email).Portal;

    [Fact]
    public async Task An_app_that_is_there_already_is_chosen_and_no_other_is_made()
    {
        var app = await Consumer.CreateAppAsync($"There {Guid.NewGuid():N}", Ct);
        // Made later, so that the form does not choose the first by itself.
        await Consumer.CreateAppAsync($"Later {Guid.NewGuid():N}", Ct);
        var apps = (await Consumer.ListAsync<App>("/api/credentials/apps?mine=true", Ct)).Count;
        await using var visit = await website.VisitAsync(scripts: false);
        await visit.SignInAsync(website.Consumer, "/catalog");
        await visit.ClickAsync("Weather warnings");
        await visit.ClickAsync("Request access");
        await Expect(visit.Page.GetByRole(AriaRole.Radio, new() { Name = app.Name })).Not.ToBeCheckedAsync();
        await visit.Page.GetByRole(AriaRole.Radio, new() { Name = app.Name }).CheckAsync();
        await visit.Page.GetByLabel("What do you need it for?").FillAsync("For an app that I have.");
        await visit.ClickAsync("Send the request");

        await visit.SeesAsync("Waiting for approval");
        await Expect(visit.Page.Locator("dl.facts").GetByRole(AriaRole.Link, new() { Name = app.Name })).ToBeVisibleAsync();
        Assert.Equal(apps, (await Consumer.ListAsync<App>("/api/credentials/apps?mine=true", Ct)).Count);

        // Once more the same: it says so, leads there, and keeps what was typed.
        var request = new Uri(visit.Page.Url).AbsolutePath;
        await visit.GoAsync("/catalog");
        await visit.ClickAsync("Weather warnings");
        await visit.ClickAsync("Request access");
        await visit.Page.GetByRole(AriaRole.Radio, new() { Name = app.Name }).CheckAsync();
        await visit.Page.GetByLabel("What do you need it for?").FillAsync("Asked twice.");
        await visit.ClickAsync("Send the request");
        await visit.SeesAsync("or a request for it is open");
        await Expect(visit.Page.GetByLabel("What do you need it for?")).ToHaveValueAsync("Asked twice.");
        await Expect(visit.Page.GetByRole(AriaRole.Radio, new() { Name = app.Name })).ToBeCheckedAsync();
        await visit.ClickAsync("See it");
        await visit.Page.WaitForURLAsync("**" + request);
    }

    [Fact]
    public async Task An_app_that_is_not_among_the_first_hundred_is_found_without_losing_what_was_typed()
    {
        using var http = PortalClient.Connect(website.Address);
        var home = website.Cast.Consumers.First().Me;
        var newcomer = await Newcomer.InviteAsync(http, website.AdminApi, "member", home.Organization.Id, home.Teams[0].Id, Ct);
        var lighthouse = await newcomer.Actor.Portal.CreateAppAsync("Lighthouse", Ct);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(number => newcomer.Actor.Portal.CreateAppAsync($"App {number}", Ct)));
        await using var visit = await website.VisitAsync(scripts: false);
        var account = new Demo.Filling.Account(newcomer.Actor.Me.Name, newcomer.Email, newcomer.Password, "consumer", "", []);
        await visit.SignInAsync(account, "/catalog");
        await visit.ClickAsync("Weather warnings");
        await visit.ClickAsync("Request access");
        var app = visit.Page.GetByRole(AriaRole.Radio, new() { Name = lighthouse.Name });
        await Expect(app).ToHaveCountAsync(0);
        await visit.SeesAsync("You have more apps than are shown.");
        await visit.Page.GetByLabel("What do you need it for?").FillAsync("For an app from long ago.");
        await PagesTests.LooksWellAsync(website, account, visit, "state-ask-many-apps");
        await visit.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Find an app by its name" }).FillAsync("light");
        await visit.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Find an app by its name" }).PressAsync("Enter");
        await app.CheckAsync();
        // The one that is chosen stays, whatever is looked for next.
        await visit.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Find an app by its name" }).FillAsync("nothing like this");
        await visit.ClickAsync("Search");
        await Expect(app).ToBeCheckedAsync();
        await Expect(visit.Page.GetByLabel("What do you need it for?")).ToHaveValueAsync("For an app from long ago.");
        await visit.ClickAsync("Send the request");

        await visit.SeesAsync("Waiting for approval");
        await Expect(visit.Page.Locator("dl.facts").GetByRole(AriaRole.Link, new() { Name = lighthouse.Name })).ToBeVisibleAsync();
        Assert.Equal(101, (await newcomer.Actor.Portal.ListAsync<App>("/api/credentials/apps?mine=true", Ct)).Count);
    }

    [Fact]
    public async Task Who_asked_withdraws_and_the_page_says_so()
    {
        await using var visit = await website.VisitAsync(scripts: false);
        await visit.AskAsync(website.Consumer, "Weather warnings", "To be taken back.");
        var request = Guid.Parse(new Uri(visit.Page.Url).Segments[^1]);

        await visit.ClickAsync("Withdraw");

        await Expect(visit.Page.Locator(".status-card .badge")).ToHaveTextAsync("Withdrawn");
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Withdraw" })).ToHaveCountAsync(0);
        await Expect(visit.Page.Locator(".timeline li").Last).ToContainTextAsync("By you");
        Assert.Equal("withdrawn", (await Consumer.FindRequestAsync(request, Ct)).Value.State);
    }
}
