using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using DevPortal.Demo.Filling;
using Microsoft.Playwright;
using Xunit;

namespace DevPortal.PortalTests;

/// <summary>One browser that looks at the website. What a page writes to the console, or the browser refuses by our policy, is a failure at the end.</summary>
public sealed class Visit : IAsyncDisposable
{
    static readonly ConcurrentDictionary<string, Cookie> Known = [];

    readonly ConcurrentQueue<string> complaints = [];

    public Visit(IBrowserContext context, IPage page)
    {
        (Context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            // A refusal (403, 404, 409 …) shows in the console as a failed load; it is what the test asked for.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal) && Expected?.IsMatch(message.Text) != true) complaints.Enqueue($"{page.Url}: {message.Text}");
        };
        page.Dialog += (_, dialog) =>
        {
            complaints.Enqueue($"{page.Url}: a dialog says {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        page.PageError += (_, error) => complaints.Enqueue($"{page.Url}: {error}");
    }

    /// <summary>What the console says all the same, because the test wants it so.</summary>
    public Regex? Expected { get; set; }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    public async Task<IResponse?> GoAsync(string path) => await Page.GotoAsync(path);

    public Task ClickAsync(string name) => Page.GetByRole(AriaRole.Link, new() { Name = name }).Or(Page.GetByRole(AriaRole.Button, new() { Name = name })).First.ClickAsync();

    /// <summary>Goes to a page that needs somebody, and signs him in on identity's page. Whom identity knows from another visit need not type anything.</summary>
    public async Task SignInAsync(Account account, string path = "/requests")
    {
        if (Known.TryGetValue(account.Email, out var known)) await Context.AddCookiesAsync([known]);
        await Page.GotoAsync($"/session/sign-in?returnUrl={Uri.EscapeDataString(path)}");
        if (new Uri(Page.Url).AbsolutePath == "/sign-in")
        {
            await Page.GetByLabel("E-mail address").FillAsync(account.Email);
            await Page.GetByLabel("Password", new() { Exact = true }).FillAsync(account.Password);
            await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        }

        await Page.WaitForURLAsync($"**{path}");
        var session = (await Context.CookiesAsync()).Single(cookie => cookie.Name == "__Host-devportal-session");
        Known[account.Email] = new() { Name = session.Name, Value = session.Value, Domain = session.Domain, Path = session.Path, Secure = true, HttpOnly = true };
    }

    /// <summary>From now on what the server gives the browser to keep is gone before the next request.</summary>
    public Task KeepNoCookiesAsync() => Page.RouteAsync("**", async route =>
    {
        await Context.ClearCookiesAsync();
        await route.ContinueAsync();
    });

    /// <summary>Asks for a product on the first plan for a new app, and ends on the request's page. The app's name.</summary>
    public async Task<string> AskAsync(Account account, string product, string reason, bool signIn = true, string? app = null)
    {
        if (signIn) await SignInAsync(account, "/catalog");
        // By its name: an admin sees what other tests have published, and the catalog has pages.
        await GoAsync($"/catalog?q={Uri.EscapeDataString(product)}");
        await GoAsync(await Page.GetByRole(AriaRole.Link, new() { Name = product }).First.GetAttributeAsync("href") + "/request");
        app ??= $"App {Guid.NewGuid().ToString("N")[..8]}";
        await Page.GetByLabel("A new app").CheckAsync();
        await Page.GetByLabel("Name of the new app").FillAsync(app);
        await Page.GetByLabel("What do you need it for?").FillAsync(reason);
        await ClickAsync("Send the request");
        await Page.WaitForURLAsync("**/requests/*");
        return app;
    }

    /// <summary>Where the first link of a page leads.</summary>
    public async Task<string> FirstLinkAsync(string path, string selector)
    {
        await GoAsync(path);
        return await Page.Locator(selector).First.GetAttributeAsync("href") ?? throw new InvalidOperationException($"{path} has no link {selector}.");
    }

    /// <summary>Opens a page with an attack on it: nothing ran.</summary>
    public async Task UnhurtAsync(string path)
    {
        await GoAsync(path);
        Assert.False(await Page.EvaluateAsync<bool>("'hit' in window"), path);
        Assert.Equal(0, await Page.Locator("[onerror], [onload], a[href^='javascript:']").CountAsync());
    }

    /// <summary>What the browser tells the website of whose it is.</summary>
    public async Task<string> CookiesAsync() =>
        string.Join("; ", (await Context.CookiesAsync()).Where(cookie => cookie.Name.StartsWith("__Host-portal", StringComparison.Ordinal)).Select(cookie => $"{cookie.Name}={cookie.Value}"));

    public Task SeesAsync(string text) => Assertions.Expect(Page.GetByText(text).First).ToBeVisibleAsync(new() { Timeout = 30_000 });

    /// <summary>A page that has a text, under axe's rules, light and dark.</summary>
    public async Task SeesWellAsync(string path, string text, string name)
    {
        await GoAsync(path);
        await SeesAsync(text);
        await PagesTests.LooksWellAsync(this, name);
    }

    public Task ShootAsync(string name) => Page.ScreenshotAsync(new() { Path = Path.Combine(Website.Screens, name + ".png"), FullPage = true });

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        Assert.True(complaints.IsEmpty, string.Join(Environment.NewLine, complaints));
    }
}

static class Routes
{
    /// <summary>Answers the browser with what another server has answered.</summary>
    public static async Task PassOnAsync(this IRoute route, HttpResponseMessage answer) => await route.FulfillAsync(new()
    {
        Status = (int)answer.StatusCode,
        Body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
        Headers = answer.Headers.Concat(answer.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value)),
    });
}
