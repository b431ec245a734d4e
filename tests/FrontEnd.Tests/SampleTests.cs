using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace DevPortal.FrontEndTests;

/// <summary>What a front-end developer has after the steps of samples/frontend/README.md.</summary>
public sealed class SampleTests(FreshClone clone) : IClassFixture<FreshClone>
{
    [Fact]
    public async Task After_the_steps_of_its_README_he_has_a_working_page_of_his_own()
    {
        var reason = $"Sailing {Guid.NewGuid():N}";
        await using var consumer = await clone.VisitAsync();
        var his = await OpenAsync(consumer, "ines");
        await Expect(his.GetByRole(AriaRole.Heading, new() { Name = "Weather for sailors" })).ToBeVisibleAsync();
        var product = his.GetByRole(AriaRole.Article).Filter(new() { Has = his.GetByRole(AriaRole.Heading, new() { Name = "Weather forecasts", Exact = true }) });
        await product.GetByRole(AriaRole.Button, new() { Name = "Ask for access" }).ClickAsync();
        await product.GetByLabel("What for").FillAsync(reason);
        await product.GetByRole(AriaRole.Button, new() { Name = "Send request" }).ClickAsync();
        await Expect(Request(his, reason)).ToBeVisibleAsync();

        await using var admin = await clone.VisitAsync();
        await Request(await OpenAsync(admin, "tobias"), reason).GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();

        await Request(his, reason).GetByRole(AriaRole.Button, new() { Name = "Show the key, once" }).ClickAsync();
        await Expect(Request(his, reason).Locator("code")).ToContainTextAsync("_key_");
        await his.ScreenshotAsync(new() { Path = Path.Combine(FreshClone.Screens, "own-page.png"), FullPage = true });
    }

    [Fact]
    public async Task At_the_reference_page_he_signs_in_and_calls_an_operation_from_there()
    {
        var ines = clone.Account("ines");
        await using var context = await clone.VisitAsync();
        var docs = await context.NewPageAsync();
        // Its one script is large.
        await docs.GotoAsync($"{clone.Portal}docs/#tag/me", new() { WaitUntil = WaitUntilState.DOMContentLoaded });

        var popup = await docs.RunAndWaitForPopupAsync(() => docs.GetByRole(AriaRole.Button, new() { Name = "Authorize" }).First.ClickAsync());
        Assert.Contains("code_challenge_method=S256", Uri.UnescapeDataString(popup.Url), StringComparison.Ordinal);
        var left = new TaskCompletionSource();
        popup.Close += (_, _) => left.TrySetResult();
        await SignInAsync(popup, ines);
        await left.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);

        await docs.GetByRole(AriaRole.Button, new() { Name = "Test Request (get /api/identity/me)" }).ClickAsync();
        var answer = await docs.RunAndWaitForResponseAsync(() => docs.GetByRole(AriaRole.Button, new() { Name = "Send get request" }).ClickAsync(), seen => seen.Url == $"{clone.Portal}api/identity/me");
        Assert.Equal(200, answer.Status);
        await Expect(docs.GetByText(ines.Email).First).ToBeVisibleAsync();
        Assert.StartsWith("Bearer ", await answer.Request.HeaderValueAsync("Authorization"), StringComparison.Ordinal);
        await docs.ScreenshotAsync(new() { Path = Path.Combine(FreshClone.Screens, "docs.png") });
    }

    async Task<IPage> OpenAsync(IBrowserContext context, string name)
    {
        var account = clone.Account(name);
        var page = await context.NewPageAsync();
        await page.GotoAsync($"{clone.Page}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await SignInAsync(page, account);
        await Expect(page.GetByText(account.Name).First).ToBeVisibleAsync();
        return page;
    }

    static async Task SignInAsync(IPage page, Demo.Filling.Account account)
    {
        await page.GetByLabel("E-mail address").FillAsync(account.Email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(account.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }

    static ILocator Request(IPage page, string reason) => page.Locator("#requests article").Filter(new() { HasText = reason });
}
