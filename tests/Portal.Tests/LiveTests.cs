using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace DevPortal.PortalTests;

/// <summary>A page that looks again by itself, by a clock that the test turns.</summary>
[Collection(OnTheWebsite.Name)]
public sealed class LiveTests(Website website)
{
    const int Minute = 60_000;

    [Fact]
    public async Task While_nobody_sees_the_page_it_does_not_look_again_and_goes_on_when_somebody_does()
    {
        await using var visit = await WaitingAsync();
        await LooksAsync(visit);

        await ShowAsync(visit, false);
        var looks = 0;
        visit.Page.Request += (_, request) => looks += IsLook(request) ? 1 : 0;
        for (var minute = 0; minute < 3; minute++) await visit.Page.Clock.RunForAsync(Minute);
        Assert.Equal(0, looks);

        await visit.Page.RunAndWaitForRequestAsync(async () =>
        {
            await ShowAsync(visit, true);
            await visit.Page.Clock.RunForAsync(Minute);
        }, IsLook);
    }

    /// <summary>The page of a request that waits, with the clock stopped.</summary>
    async Task<Visit> WaitingAsync()
    {
        var visit = await website.VisitAsync();
        await visit.Context.AddInitScriptAsync("Object.defineProperty(document, 'hidden', { get: () => window.unseen ?? false })");
        await visit.AskAsync(website.Consumer, "Weather forecasts", "To be looked at again.");
        var request = visit.Page.Url;
        await visit.Page.Clock.InstallAsync();
        await visit.Page.GotoAsync(request);
        await Expect(visit.Page.Locator("[data-live=moves]")).ToBeVisibleAsync();
        await visit.Page.Clock.PauseAtAsync(DateTime.UtcNow.AddHours(1));
        return visit;
    }

    static async Task LooksAsync(Visit visit)
    {
        var answer = await visit.Page.RunAndWaitForResponseAsync(() => visit.Page.Clock.RunForAsync(Minute), response => IsLook(response.Request));
        await answer.FinishedAsync();
    }

    static bool IsLook(IRequest request) => request.Headers.ContainsKey("x-looks-again");

    static Task ShowAsync(Visit visit, bool seen) => visit.Page.EvaluateAsync("seen => { window.unseen = !seen; document.dispatchEvent(new Event('visibilitychange')); }", seen);
}
