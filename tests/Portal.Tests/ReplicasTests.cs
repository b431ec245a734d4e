using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace DevPortal.PortalTests;

/// <summary>Three replicas of the portal over one database: the one that runs, where somebody signs in with a browser, and two more in this process.</summary>
[Collection(OnTheWebsite.Name)]
public sealed partial class ReplicasTests(Website website) : IAsyncDisposable
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly Replica first = new(website), second = new(website);

    [Fact]
    public async Task A_session_works_at_every_replica_and_a_form_of_one_is_taken_by_another()
    {
        await using var visit = await website.VisitAsync();
        await visit.SignInAsync(website.Consumer);
        var cookies = await visit.CookiesAsync();

        using var page = await first.GetAsync("/apps/new", cookies);
        var html = await page.Content.ReadAsStringAsync(Ct);
        Assert.Contains(website.Consumer.Name, html, StringComparison.Ordinal);
        var form = HiddenField().Matches(html).Select(field => KeyValuePair.Create(field.Groups[1].Value, WebUtility.HtmlDecode(field.Groups[2].Value))).DistinctBy(field => field.Key);
        using var post = new HttpRequestMessage(HttpMethod.Post, "/apps/new") { Content = new FormUrlEncodedContent([.. form, new("Name", "Made at two replicas")]) };
        // The form's own cookie comes with the page unless the browser has it already.
        post.Headers.Add("Cookie", string.Join("; ", new[] { cookies }.Concat(page.Headers.TryGetValues("Set-Cookie", out var set) ? set.Select(cookie => cookie.Split(';')[0]) : [])));
        using var made = await second.Http.SendAsync(post, Ct);

        Assert.Equal(HttpStatusCode.Redirect, made.StatusCode);
        using var seen = await first.GetAsync(made.Headers.Location!.ToString(), cookies);
        Assert.Contains("Made at two replicas", await seen.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_pages_at_both_replicas_with_an_expired_token_make_one_refresh()
    {
        await using var visit = await website.VisitAsync();
        await visit.SignInAsync(website.Consumer);
        var cookies = await visit.CookiesAsync();
        // A page that looks again by itself would be a third.
        await visit.GoAsync("about:blank");
        await first.ExpireTokenAsync(cookies.Split("__Host-portal=")[1].Split(';')[0]);

        var pages = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => (number % 2 == 0 ? first : second).GetAsync("/requests", cookies)));

        Assert.All(pages, page => Assert.Equal(HttpStatusCode.OK, page.StatusCode));
        Assert.Equal(1, first.Refreshes + second.Refreshes);
        // A refresh token that is used twice ends everything that came of the sign-in: it does not.
        await visit.GoAsync("/requests");
        await visit.SeesAsync("Your requests");
    }

    public async ValueTask DisposeAsync()
    {
        await first.DisposeAsync();
        await second.DisposeAsync();
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)""")]
    private static partial Regex HiddenField();
}
