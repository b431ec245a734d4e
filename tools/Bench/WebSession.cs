using System.Net;
using DevPortal.Demo.Api;

namespace DevPortal.Bench;

/// <summary>Signs in to the website on identity's own page.</summary>
static class WebSession
{
    const int MostSteps = 10;

    /// <param name="http">Follows no redirects and keeps no cookies by itself.</param>
    /// <returns>What each later call of a page sends as <c>Cookie</c>.</returns>
    public static async Task<string> SignInAsync(HttpClient http, string email, string password, CancellationToken ct)
    {
        var browser = new Browser(http);
        var form = await FollowAsync(await browser.OpenAsync("/session/sign-in?returnUrl=%2Frequests", ct));
        var end = await FollowAsync(await browser.SubmitAsync(form, new Dictionary<string, string> { ["email"] = email, ["password"] = password }, ct));
        return end.Status == HttpStatusCode.OK ? browser.Cookies : throw new InvalidOperationException($"{email} does not sign in to the website: {(int)end.Status} {end.Error}");

        async Task<Browser.Page> FollowAsync(Browser.Page page)
        {
            for (var step = 0; page.Location is { } location && step < MostSteps; step++) page = await browser.OpenAsync(location, ct);
            return page;
        }
    }
}
