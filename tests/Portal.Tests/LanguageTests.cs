using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using DevPortal.Demo.Api;
using Xunit;

namespace DevPortal.PortalTests;

/// <summary>A second language is one file beside the program.</summary>
[Collection(OnTheWebsite.Name)]
public sealed partial class LanguageTests(Website website) : IDisposable
{
    static readonly string[] Days = ["Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"];
    static readonly string[] Months = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"];

    static readonly Dictionary<string, string> German = new()
    {
        ["Your requests"] = "Ihre Anträge",
        ["Waiting for approval"] = "Wartet auf Freigabe",
        ["d MMM yyyy, HH:mm 'UTC'"] = "dddd, d. MMMM yyyy, HH:mm 'UTC'",
        ["request {0}"] = "Aufruf {0}",
        ["requests {0}"] = "Aufrufe {0}",
        ["per day"] = "am Tag",
        ["{0} days"] = "{0} Tage",
        ["Nothing here"] = "Hier ist nichts",
    };

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("devportal-german-");

    [Fact]
    public async Task The_browser_chooses_and_texts_numbers_dates_and_plurals_are_of_its_language()
    {
        await using var visit = await website.VisitAsync();
        await visit.AskAsync(website.Consumer, "Weather forecasts", "To be read in two languages.");
        var cookies = await visit.CookiesAsync();
        var program = Path.GetDirectoryName(website.CommandOf("portal")[1])!;
        foreach (var file in Directory.EnumerateFiles(program)) File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
        Satellite.Write(folder.FullName, "de", German);
        await using var portal = await OwnProgram.StartAsync(website, "portal", Replica.Shared, new Dictionary<string, string>(), Ct, folder.FullName);
        using var http = new HttpClient { BaseAddress = portal.Address };

        // Of whoever prefers it, be it the German of another country.
        var requests = await PageAsync("/requests", "de-AT,de;q=0.9,en;q=0.5");
        Assert.Contains("<html lang=\"de\"", requests, StringComparison.Ordinal);
        Assert.Contains("<h1>Ihre Anträge</h1>", requests, StringComparison.Ordinal);
        Assert.Contains("Wartet auf Freigabe", requests, StringComparison.Ordinal);
        var time = Time().Match(requests);
        var at = DateTime.Parse(time.Groups[1].Value, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        Assert.Equal($"{Days[(int)at.DayOfWeek]}, {at.Day}. {Months[at.Month - 1]} {at.Year}, {at.Hour:00}:{at.Minute:00} UTC", time.Groups[2].Value);
        // What is not in the file is English.
        Assert.Contains("Skip to the content", requests, StringComparison.Ordinal);
        Assert.Contains("90 Tage", await PageAsync("/me", "de"), StringComparison.Ordinal);
        Assert.Contains("<h1>Hier ist nichts</h1>", await PageAsync("/nothing", "de"), StringComparison.Ordinal);

        var product = (await website.ConsumerApi.ListAsync<Product>("/api/catalog/products", Ct)).First(product => product.Title == "Weather forecasts");
        var plans = await PageAsync($"/catalog/{product.Id}", "de");
        Assert.Matches(@"<dt class=""amount"">10\.000</dt>\s*<dd>Aufrufe am Tag</dd>", plans);

        var english = await PageAsync("/requests", "fr,en;q=0.5");
        Assert.Contains("<html lang=\"en\"", english, StringComparison.Ordinal);
        Assert.Contains("<h1>Your requests</h1>", english, StringComparison.Ordinal);

        async Task<string> PageAsync(string path, string languages)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("Accept-Language", languages);
            request.Headers.Add("Cookie", cookies);
            using var answer = await http.SendAsync(request, Ct);
            return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Ct));
        }
    }

    public void Dispose() => folder.Delete(recursive: true);

    [GeneratedRegex("""<time datetime="([^"]+)"[^>]*>([^<]+)</time>""")]
    private static partial Regex Time();
}
