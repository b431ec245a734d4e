using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using DevPortal.Demo.Api;
using DevPortal.Demo.Filling;

namespace DevPortal.Bench;

/// <summary>How long each page takes until its last byte, through the gateway, one at a time.</summary>
sealed partial class ServerTime(HttpClient http, string cookies)
{
    public const int Before = 3, Runs = 20;
    const double Most = 50;

    sealed record Answer(double Milliseconds, string Html, string? Location, string Cookies);

    public static async Task<ServerTime> AsAsync(Uri address, Account? account, CancellationToken ct)
    {
        var http = PortalClient.Connect(address);
        return new(http, account is null ? "" : await WebSession.SignInAsync(http, account.Email, account.Password, ct));
    }

    /// <summary>The first address on a page that has an id after this beginning.</summary>
    public Task<string> FirstAsync(string page, string beginning) => LinkAsync(page, $"{Regex.Escape(beginning)}[0-9a-f-]{{36}}");

    /// <summary>The first address on a page that is written like this.</summary>
    public async Task<string> LinkAsync(string page, string pattern)
    {
        var found = Regex.Match((await GetAsync(page)).Html, $"href=\"({pattern})\"");
        return found.Success ? WebUtility.HtmlDecode(found.Groups[1].Value) : throw new InvalidOperationException($"{page} has no link like {pattern}.");
    }

    public async Task<Measured> MeasureAsync(string path)
    {
        for (var run = 0; run < Before; run++) await GetAsync(path);
        var times = new List<double>();
        for (var run = 0; run < Runs; run++) times.Add((await GetAsync(path)).Milliseconds);
        return new(path, Said(times), Missed(times));
    }

    /// <summary>The page that somebody gets who has sent a form: where its answer leads to, else the answer itself.</summary>
    /// <param name="pages">With a form of this name each; the first few are not measured.</param>
    /// <param name="before">What has to be so before each is sent.</param>
    public async Task<Measured> MeasureAsync(string what, IEnumerable<string> pages, string form, IReadOnlyDictionary<string, string> fields, Func<Task>? before = null)
    {
        var (shown, sent) = (new List<double>(), new List<double>());
        foreach (var page in pages)
        {
            if (before is not null) await before();
            var (sending, showing) = await SendAsync(page, form, fields);
            shown.Add(showing ?? sending);
            if (showing is not null) sent.Add(sending);
        }

        shown = [.. shown.Skip(Before)];
        return new(what, Said(shown) + (sent.Count == 0 ? "" : $"; the answer that leads to it {Said(sent.Skip(Before))}"), Missed(shown));
    }

    /// <returns>How long the answer took, and the page that it led to, if it led to one.</returns>
    public async Task<(double Sending, double? Showing)> SendAsync(string page, string form, IReadOnlyDictionary<string, string> fields)
    {
        var shown = await GetAsync(page);
        var html = Regex.Match(shown.Html, $"<form[^>]* id=\"{form}\".*?</form>", RegexOptions.Singleline) is { Success: true } found
            ? found.Value : throw new InvalidOperationException($"{page} has no form {form}.");
        var all = HiddenField().Matches(html).ToDictionary(hidden => hidden.Groups["name"].Value, hidden => WebUtility.HtmlDecode(hidden.Groups["value"].Value));
        foreach (var (name, value) in fields) all[name] = value;
        var answer = await AskAsync(() => new(HttpMethod.Post, page) { Content = new FormUrlEncodedContent(all) }, shown.Cookies);
        return (answer.Milliseconds, answer.Location is { } next ? (await GetAsync(next, answer.Cookies)).Milliseconds : null);
    }

    async Task<Answer> GetAsync(string path, string more = "")
    {
        var answer = await AskAsync(() => new(HttpMethod.Get, path), more);
        return answer.Location is null ? answer : throw new InvalidOperationException($"{path} leads to {answer.Location}.");
    }

    async Task<Answer> AskAsync(Func<HttpRequestMessage> make, string more)
    {
        while (true)
        {
            using var request = make();
            request.Headers.Add("Accept", "text/html");
            if (cookies.Length + more.Length > 0) request.Headers.Add("Cookie", string.Join("; ", new[] { cookies, more }.Where(some => some.Length > 0)));
            var started = Stopwatch.GetTimestamp();
            using var answer = await http.SendAsync(request);
            var html = await answer.Content.ReadAsStringAsync();
            var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            if (answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Found or HttpStatusCode.SeeOther)
            {
                var set = answer.Headers.TryGetValues("Set-Cookie", out var given) ? given.Select(cookie => cookie.Split(';')[0]) : [];
                return new(took, html, answer.Headers.Location?.ToString(), string.Join("; ", set));
            }

            // The gateway's limits are for visitors, and this one is quick.
            if (answer.StatusCode != HttpStatusCode.TooManyRequests) throw new InvalidOperationException($"{request.RequestUri} answers {(int)answer.StatusCode}.");
            await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1));
        }
    }

    static string Said(IEnumerable<double> times) => $"p95 {Median.P95(times):0.0} ms, median {Median.Of(times):0.0} ms";

    static string[] Missed(IEnumerable<double> times) => Median.P95(times) >= Most ? [$"p95 under {Most} ms"] : [];

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex HiddenField();
}
