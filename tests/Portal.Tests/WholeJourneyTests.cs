using System.Diagnostics;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace DevPortal.PortalTests;

/// <summary>What the README promises, by nothing but what the pages say: one browser plays consumer and admin.</summary>
[Collection(OnTheWebsite.Name)]
public sealed class WholeJourneyTests(Website website)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Somebody_asks_for_access_an_admin_approves_and_the_line_that_is_shown_calls_the_API(bool scripts)
    {
        var started = Stopwatch.GetTimestamp();
        await using var visit = await website.VisitAsync(scripts);
        await visit.GoAsync("/");
        await visit.ClickAsync("Sign in");
        await visit.ClickAsync($"Continue as {website.Consumer.Name}");
        await Expect(visit.Page.Locator(".account-name")).ToHaveTextAsync(website.Consumer.Name);

        await visit.ClickAsync("Catalog");
        await visit.ClickAsync("Weather forecasts");
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Weather forecasts" })).ToBeVisibleAsync();
        await visit.ClickAsync("Request access");
        var app = $"Tides {Guid.NewGuid().ToString("N")[..6]}";
        await visit.Page.GetByLabel("A new app").CheckAsync();
        await visit.Page.GetByLabel("Name of the new app").FillAsync(app);
        await visit.Page.GetByLabel("What do you need it for?").FillAsync("Forecasts for the tide tables.");
        await visit.ClickAsync("Send the request");
        await visit.SeesAsync("Waiting for approval");

        await ContinueAsAsync(visit, website.Admin.Name);
        await visit.ClickAsync("Admin");
        await visit.Page.Locator(".row", new() { HasText = app }).GetByRole(AriaRole.Link).ClickAsync();
        await visit.SeesAsync("Forecasts for the tide tables.");
        await visit.ClickAsync("Approve");
        await SeesInTimeAsync(visit, "Active at Tyk since", scripts);

        await ContinueAsAsync(visit, website.Consumer.Name);
        await visit.ClickAsync("Requests");
        await visit.Page.Locator(".row", new() { HasText = app }).GetByRole(AriaRole.Link).ClickAsync();
        await visit.ClickAsync("Open the key");
        await visit.ClickAsync("Reveal the key");
        await visit.ClickAsync("Reveal the key now");
        var line = await visit.Page.GetByLabel("curl line").InnerTextAsync();
        Assert.StartsWith("curl ", line, StringComparison.Ordinal);
        Assert.Equal("200", await ShellAsync($"{line} -s -o /dev/null -w '%{{http_code}}'"));

        await visit.ClickAsync("I have kept it");
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Reveal the key" })).ToHaveCountAsync(0);
        // The one test that is timed: the time is itself what is promised, and a machine needs a small part of it.
        var taken = Stopwatch.GetElapsedTime(started);
        TestContext.Current.TestOutputHelper?.WriteLine($"From the start page to the first call: {taken.TotalSeconds:N1} s");
        Assert.InRange(taken, TimeSpan.Zero, TimeSpan.FromMinutes(3));
    }

    static async Task ContinueAsAsync(Visit visit, string name)
    {
        await visit.Page.Locator("details.account summary").ClickAsync();
        await visit.ClickAsync("Switch account");
        await visit.ClickAsync($"Continue as {name}");
        await Expect(visit.Page.Locator(".account-name")).ToHaveTextAsync(name);
    }

    /// <summary>By itself where scripts run; otherwise by the link that the page has for it.</summary>
    static async Task SeesInTimeAsync(Visit visit, string text, bool scripts)
    {
        for (var until = DateTime.UtcNow.AddSeconds(30); !scripts && DateTime.UtcNow < until && await visit.Page.GetByText(text).CountAsync() == 0;)
        {
            if (await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Look again" }).CountAsync() > 0) await visit.ClickAsync("Look again");
        }

        await visit.SeesAsync(text);
    }

    static async Task<string> ShellAsync(string line)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", line]) { RedirectStandardOutput = true })!;
        var output = await shell.StandardOutput.ReadToEndAsync(Ct);
        await shell.WaitForExitAsync(Ct);
        return output.Trim();
    }
}
