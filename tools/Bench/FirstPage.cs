using System.Text.Json;
using DevPortal.LocalRun;
using Microsoft.Playwright;

namespace DevPortal.Bench;

/// <summary>What somebody waits for who comes for the first time: a fresh browser without a cache, its processor four times slower.</summary>
static class FirstPage
{
    const int Runs = 5;
    const double MostKilobytes = 100, MostRequests = 15, MostMilliseconds = 800, MostShift = 0.02;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    const string Watch = """
        window.seen = { lcp: 0, cls: 0 };
        new PerformanceObserver(list => { for (const entry of list.getEntries()) seen.lcp = entry.startTime; }).observe({ type: "largest-contentful-paint", buffered: true });
        new PerformanceObserver(list => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.cls += entry.value; }).observe({ type: "layout-shift", buffered: true });
        """;

    public static async Task<Measured> MeasureAsync(IBrowser browser, Uri address, string path)
    {
        var (sizes, requests, paints, shifts) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < Runs; run++)
        {
            await using var context = await browser.NewContextAsync(new() { BaseURL = address.ToString(), ViewportSize = new() { Width = 1280, Height = 900 } });
            await context.AddInitScriptAsync(Watch);
            var page = await context.NewPageAsync();
            var tools = await context.NewCDPSessionAsync(page);
            var (bytes, count) = (0.0, 0);
            tools.Event("Network.requestWillBeSent").OnEvent += (_, _) => count++;
            tools.Event("Network.loadingFinished").OnEvent += (_, finished) => bytes += finished!.Value.GetProperty("encodedDataLength").GetDouble();
            await tools.SendAsync("Network.enable");
            await tools.SendAsync("Emulation.setCPUThrottlingRate", new Dictionary<string, object> { ["rate"] = 4 });
            await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.NetworkIdle });
            // The script that comes after the paint is part of the page.
            // Asked anew each time: a function that waits inside the page is not allowed there.
            await Poll.UntilAsync(() => page.EvaluateAsync<bool>("'Blazor' in window"), Patience, () => $"{path} does not load its script.", CancellationToken.None);
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            var seen = await page.EvaluateAsync<JsonElement>("seen");
            sizes.Add(bytes / 1000);
            requests.Add(count);
            paints.Add(seen.GetProperty("lcp").GetDouble());
            shifts.Add(seen.GetProperty("cls").GetDouble());
        }

        var (kilobytes, number, paint, shift) = (Median.Of(sizes), Median.Of(requests), Median.Of(paints), Median.Of(shifts));
        List<string> missed = [];
        if (kilobytes >= MostKilobytes) missed.Add($"under {MostKilobytes} kB");
        if (number > MostRequests) missed.Add($"at most {MostRequests} requests");
        // Zero: the browser reported none before it was asked, so nothing is known.
        if (paint is 0 or >= MostMilliseconds) missed.Add($"LCP under {MostMilliseconds} ms");
        if (shift >= MostShift) missed.Add($"CLS under {MostShift}");
        return new(path, $"{kilobytes:0.0} kB in {number} requests, LCP {paint:0} ms, CLS {shift:0.000}", missed);
    }
}
