using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using DevPortal.Demo.Filling;
using Microsoft.Playwright;

namespace DevPortal.Bench;

/// <summary>How long each page takes until its last byte, through the gateway, one at a time.</summary>
sealed class ServerTime(HttpClient http, string cookies)
{
    const int Before = 3, Runs = 20;
    const double Most = 50;

    /// <summary>Signs in by the browser and goes on without it.</summary>
    public static async Task<ServerTime> AsAsync(IBrowser browser, Uri address, Account? account)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = address };
        if (account is null) return new(http, "");
        await using var context = await browser.NewContextAsync(new() { BaseURL = address.ToString() });
        var page = await context.NewPageAsync();
        await page.GotoAsync("/session/sign-in?returnUrl=%2Frequests");
        await page.GetByLabel("E-mail address").FillAsync(account.Email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(account.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**/requests");
        return new(http, string.Join("; ", (await context.CookiesAsync()).Select(cookie => $"{cookie.Name}={cookie.Value}")));
    }

    /// <summary>The first address on a page that has an id after this beginning.</summary>
    public async Task<string> FirstAsync(string page, string beginning)
    {
        var (_, html) = await GetAsync(page);
        var found = Regex.Match(html, $"href=\"({Regex.Escape(beginning)}[0-9a-f-]{{36}})\"");
        return found.Success ? found.Groups[1].Value : throw new InvalidOperationException($"{page} leads to no {beginning}…");
    }

    public async Task<Measured> MeasureAsync(string path)
    {
        for (var run = 0; run < Before; run++) await GetAsync(path);
        var times = new List<double>();
        for (var run = 0; run < Runs; run++) times.Add((await GetAsync(path)).Milliseconds);
        var p95 = Median.P95(times);
        return new(path, $"p95 {p95:0.0} ms, median {Median.Of(times):0.0} ms", p95 >= Most ? [$"p95 under {Most} ms"] : []);
    }

    async Task<(double Milliseconds, string Html)> GetAsync(string path)
    {
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept", "text/html" } } };
            if (cookies.Length > 0) request.Headers.Add("Cookie", cookies);
            var started = Stopwatch.GetTimestamp();
            using var answer = await http.SendAsync(request);
            var html = await answer.Content.ReadAsStringAsync();
            var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            if (answer.StatusCode == HttpStatusCode.OK) return (took, html);
            // The gateway's limits are for visitors, and this one is quick.
            if (answer.StatusCode != HttpStatusCode.TooManyRequests) throw new InvalidOperationException($"{path} answers {(int)answer.StatusCode}.");
            await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1));
        }
    }
}
