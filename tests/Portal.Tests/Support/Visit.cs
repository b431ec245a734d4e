using System.Collections.Concurrent;
using DevPortal.Demo.Filling;
using Microsoft.Playwright;
using Xunit;

namespace DevPortal.PortalTests;

/// <summary>One browser that looks at the website. What a page writes to the console, or the browser refuses by our policy, is a failure at the end.</summary>
public sealed class Visit : IAsyncDisposable
{
    readonly ConcurrentQueue<string> complaints = [];

    public Visit(IBrowserContext context, IPage page)
    {
        (Context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            // A refusal (403, 404, 409 …) shows in the console as a failed load; it is what the test asked for.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)) complaints.Enqueue($"{page.Url}: {message.Text}");
        };
        page.PageError += (_, error) => complaints.Enqueue($"{page.Url}: {error}");
    }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    public async Task<IResponse?> GoAsync(string path) => await Page.GotoAsync(path);

    public Task ClickAsync(string name) => Page.GetByRole(AriaRole.Link, new() { Name = name }).Or(Page.GetByRole(AriaRole.Button, new() { Name = name })).First.ClickAsync();

    /// <summary>Goes to a page that needs somebody, and signs him in on identity's page.</summary>
    public async Task SignInAsync(Account account, string path = "/requests")
    {
        await Page.GotoAsync($"/session/sign-in?returnUrl={Uri.EscapeDataString(path)}");
        await Page.GetByLabel("E-mail address").FillAsync(account.Email);
        await Page.GetByLabel("Password", new() { Exact = true }).FillAsync(account.Password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Page.WaitForURLAsync($"**{path}");
    }

    public Task SeesAsync(string text) => Assertions.Expect(Page.GetByText(text).First).ToBeVisibleAsync(new() { Timeout = 30_000 });

    public Task ShootAsync(string name) => Page.ScreenshotAsync(new() { Path = Path.Combine(Website.Screens, name + ".png"), FullPage = true });

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        Assert.True(complaints.IsEmpty, string.Join(Environment.NewLine, complaints));
    }
}
