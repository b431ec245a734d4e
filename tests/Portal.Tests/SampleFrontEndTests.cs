using System.Text.RegularExpressions;
using DevPortal.Demo.Filling;
using DevPortal.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace DevPortal.PortalTests;

/// <summary>samples/frontend, served from an origin of its own, as a front-end developer serves his page.</summary>
[Collection(OnTheWebsite.Name)]
public sealed partial class SampleFrontEndTests(Website website) : IAsyncLifetime
{
    static readonly LocatorAssertionsToBeVisibleOptions Patiently = new() { Timeout = 60_000 };

    WebApplication? server;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        server = builder.Build();
        server.Urls.Add(website.FrontEnd.GetLeftPart(UriPartial.Authority));
        server.UseFileServer(new FileServerOptions { FileProvider = new PhysicalFileProvider(Repository.Path("samples", "frontend")) });
        await server.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }

    [Fact]
    public async Task The_sample_signs_in_browses_requests_decides_and_shows_the_key_from_another_origin()
    {
        var reason = $"Sample {Guid.NewGuid():N}";
        await using var consumer = await OpenAsync();
        await Expect(consumer.Page.GetByRole(AriaRole.Heading, new() { Name = "Weather forecasts" })).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await SignInAsync(consumer, website.Consumer);
        var product = consumer.Page.GetByRole(AriaRole.Article).Filter(new() { Has = consumer.Page.GetByRole(AriaRole.Heading, new() { Name = "Weather forecasts", Exact = true }) });
        await product.GetByRole(AriaRole.Button, new() { Name = "Ask for access" }).ClickAsync();
        await product.GetByLabel("What for").FillAsync(reason);
        await product.GetByRole(AriaRole.Button, new() { Name = "Send request" }).ClickAsync();
        await Expect(Request(consumer, reason).GetByText("pending")).ToBeVisibleAsync(Patiently);

        await using var admin = await OpenAsync();
        await SignInAsync(admin, website.Admin);
        await Request(admin, reason).GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Expect(Request(admin, reason).GetByText("provisioned")).ToBeVisibleAsync(Patiently);

        await Request(consumer, reason).GetByRole(AriaRole.Button, new() { Name = "Show the key, once" }).ClickAsync(new() { Timeout = 60_000 });
        await Expect(Request(consumer, reason).Locator("code")).ToHaveTextAsync(Key());
        await consumer.Page.ScreenshotAsync(new() { Path = Path.Combine(Website.Screens, "sample.png"), FullPage = true });
        // What a page of another origin could read of ours: no cookie went with its calls.
        Assert.DoesNotContain(await consumer.Context.CookiesAsync(), cookie => cookie.Domain == website.FrontEnd.Host && !cookie.HttpOnly);

        await consumer.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(consumer.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true })).ToBeVisibleAsync(Patiently);
    }

    [Fact]
    public async Task A_decision_about_what_was_decided_meanwhile_is_refused_and_the_page_says_so()
    {
        var reason = $"Sample {Guid.NewGuid():N}";
        await using var consumer = await OpenAsync();
        await SignInAsync(consumer, website.Consumer);
        var product = consumer.Page.GetByRole(AriaRole.Article).Filter(new() { Has = consumer.Page.GetByRole(AriaRole.Heading, new() { Name = "Weather warnings", Exact = true }) });
        await product.GetByRole(AriaRole.Button, new() { Name = "Ask for access" }).ClickAsync();
        await product.GetByLabel("What for").FillAsync(reason);
        await product.GetByRole(AriaRole.Button, new() { Name = "Send request" }).ClickAsync();
        await Expect(Request(consumer, reason).GetByText("pending")).ToBeVisibleAsync(Patiently);

        await using var admin = await OpenAsync();
        await SignInAsync(admin, website.Admin);
        await Expect(Request(admin, reason)).ToBeVisibleAsync(Patiently);
        // The page looks again every two seconds: what it has on the screen is held still.
        await admin.Page.EvaluateAsync("() => { for (let id = setTimeout(() => {}, 0); id > 0; id--) clearTimeout(id); }");
        await Request(consumer, reason).GetByRole(AriaRole.Button, new() { Name = "Withdraw" }).ClickAsync();
        await Expect(Request(consumer, reason).GetByText("withdrawn")).ToBeVisibleAsync(Patiently);
        await Request(admin, reason).GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();

        await Expect(admin.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("changed since you read it");
        await Expect(Request(admin, reason).GetByText("withdrawn")).ToBeVisibleAsync(Patiently);
    }

    async Task<Visit> OpenAsync()
    {
        var visit = await website.VisitAsync();
        await visit.Page.GotoAsync($"{website.FrontEnd}?portal={website.Address.GetLeftPart(UriPartial.Authority)}");
        return visit;
    }

    static async Task SignInAsync(Visit visit, Account account)
    {
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await visit.Page.GetByLabel("E-mail address").FillAsync(account.Email);
        await visit.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(account.Password);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(visit.Page.GetByText(account.Name).First).ToBeVisibleAsync(Patiently);
    }

    static ILocator Request(Visit visit, string reason) => visit.Page.Locator("#requests article").Filter(new() { HasText = reason });

    [GeneratedRegex("^[a-z]+_[a-z]+_key_[A-Za-z0-9]+$")]
    private static partial Regex Key();
}
