using System.Net;
using System.Text.RegularExpressions;

namespace DevPortal.Demo.Api;

/// <summary>As much of a browser as identity's plain pages need: cookies, redirects and forms.</summary>
public sealed partial class Browser(HttpClient http)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Dictionary<string, string> cookies = [];

    /// <summary>A page that was shown.</summary>
    /// <param name="Location">Where it leads to, if it is a redirect.</param>
    public sealed record Page(HttpStatusCode Status, string Html, string? Location)
    {
        /// <summary>What an error on it says.</summary>
        public string? Error => ErrorText().Match(Html) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;
    }

    /// <summary>As it sends them.</summary>
    public string Cookies => string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));

    public Task<Page> OpenAsync(string address, CancellationToken ct) => SendAsync(() => new HttpRequestMessage(HttpMethod.Get, address), ct);

    /// <summary>Sends the first form of a page with its hidden fields.</summary>
    public Task<Page> SubmitAsync(Page page, IReadOnlyDictionary<string, string> fields, CancellationToken ct)
    {
        var form = page.Html.Split("</form>")[0];
        var action = FormAction().Match(form) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : throw new InvalidOperationException($"The page has no form: {page.Error ?? page.Status.ToString()}");
        var all = HiddenField().Matches(form).ToDictionary(hidden => hidden.Groups["name"].Value, hidden => WebUtility.HtmlDecode(hidden.Groups["value"].Value));
        foreach (var (name, value) in fields) all[name] = value;
        return SendAsync(() => new HttpRequestMessage(HttpMethod.Post, action) { Content = new FormUrlEncodedContent(all) }, ct);
    }

    async Task<Page> SendAsync(Func<HttpRequestMessage> make, CancellationToken ct)
    {
        var patience = new Patience(Patience);
        while (true)
        {
            try
            {
                using var request = make();
                if (cookies.Count > 0) request.Headers.Add("Cookie", Cookies);
                using var response = await http.SendAsync(request, ct);
                if (response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.TooManyRequests && patience.IsLeft)
                {
                    await patience.WaitAsync(response, ct);
                    continue;
                }
                foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : []) Keep(cookie);
                return new Page(response.StatusCode, await response.Content.ReadAsStringAsync(ct), response.Headers.Location?.OriginalString);
            }
            catch (Exception away) when (away is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested && patience.IsLeft)
            {
                await patience.WaitAsync(null, ct);
            }
        }
    }

    void Keep(string setCookie)
    {
        // Also those marked Secure: like a browser, it takes localhost for a safe place.
        var pair = setCookie.Split(';')[0].Split('=', 2);
        if (pair is [var name, { Length: > 0 } value]) cookies[name] = value;
        else cookies.Remove(pair[0]);
    }

    [GeneratedRegex("<form[^>]* action=\"([^\"]*)\"")]
    private static partial Regex FormAction();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex HiddenField();

    [GeneratedRegex("<p class=\"error\"[^>]*>([^<]*)<")]
    private static partial Regex ErrorText();
}
