using System.Diagnostics;
using Microsoft.Playwright;
using Xunit;

namespace DevPortal.PortalTests;

[Collection(OnTheWebsite.Name)]
public sealed class AskForAccessTests(Website website)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_consumer_asks_is_approved_reveals_the_key_and_calls_with_the_line_that_is_shown(bool scripts)
    {
        await using var visit = await website.VisitAsync(scripts);
        await visit.SignInAsync(website.Consumer, "/catalog");
        await visit.ClickAsync("Weather forecasts");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Weather forecasts" })).ToBeVisibleAsync();
        await visit.ClickAsync("Request access");

        var app = $"Tides {Guid.NewGuid().ToString("N")[..6]}";
        await visit.Page.GetByLabel("A new app").CheckAsync();
        await visit.Page.GetByLabel("Name of the new app").FillAsync(app);
        await visit.Page.GetByLabel("What do you need it for?").FillAsync("Forecasts for the tide tables.");
        await visit.ClickAsync("Send the request");
        await visit.SeesAsync("Waiting for approval");
        var request = Guid.Parse(new Uri(visit.Page.Url).Segments[^1]);

        await ApproveAsync(request);
        if (!scripts) await LookUntilAsync(visit, "Active at the gateway since");
        await visit.SeesAsync("Active at the gateway since");
        await visit.ClickAsync("Open the key");
        await visit.ClickAsync("Reveal the key");
        await visit.ClickAsync("Reveal the key now");
        var curl = await visit.Page.GetByLabel("curl line").InnerTextAsync();
        Assert.StartsWith("curl ", curl, StringComparison.Ordinal);
        Assert.Equal("200", await ShellAsync($"{curl} -s -o /dev/null -w '%{{http_code}}'"));

        await visit.ClickAsync("I have kept it");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Reveal the key" })).ToHaveCountAsync(0);
    }

    async Task ApproveAsync(Guid request)
    {
        var admin = website.Cast.Admins.Single(actor => actor.Me.Email == website.Admin.Email);
        await Demo.Api.AccessCalls.ApproveAsync(admin.Portal, request, "Welcome.", Ct);
    }

    static async Task LookUntilAsync(Visit visit, string text)
    {
        for (var until = DateTime.UtcNow.AddSeconds(30); DateTime.UtcNow < until && await visit.Page.GetByText(text).CountAsync() == 0;) await visit.Page.ReloadAsync();
    }

    static async Task<string> ShellAsync(string line)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", line]) { RedirectStandardOutput = true })!;
        var output = await shell.StandardOutput.ReadToEndAsync(Ct);
        await shell.WaitForExitAsync(Ct);
        return output.Trim();
    }
}
