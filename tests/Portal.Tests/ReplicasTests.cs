using System.Net;
using System.Text.RegularExpressions;
using DevPortal.LocalRun;
using DevPortal.Portal;
using DevPortal.Portal.Api;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
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
        var cookies = await CookiesAsync(visit);

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
        var cookies = await CookiesAsync(visit);
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

    static async Task<string> CookiesAsync(Visit visit) =>
        string.Join("; ", (await visit.Context.CookiesAsync()).Where(cookie => cookie.Name.StartsWith("__Host-portal", StringComparison.Ordinal)).Select(cookie => $"{cookie.Name}={cookie.Value}"));

    public async ValueTask DisposeAsync()
    {
        await first.DisposeAsync();
        await second.DisposeAsync();
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)""")]
    private static partial Regex HiddenField();

    /// <summary>One more portal with the settings of the one that runs.</summary>
    sealed class Replica(Website website) : WebApplicationFactory<Texts>
    {
        static readonly string[] Settings = ["ConnectionStrings__portaldb", "services__gateway__http__0", "SealKey", "PortalSecret", "PublicUrl"];

        readonly Counter counter = new();
        HttpClient? http;

        public int Refreshes => counter.Count;

        public HttpClient Http => http ??= CreateClient(new() { AllowAutoRedirect = false, HandleCookies = false, BaseAddress = website.Address });

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            var process = RunState.Of(website.State)!.Programs.Single(program => program.Name == "portal").Process!;
            foreach (var setting in File.ReadAllText($"/proc/{process.Id}/environ").Split('\0').Select(pair => pair.Split('=', 2)).Where(pair => Settings.Contains(pair[0])))
                builder.UseSetting(setting[0].Replace("__", ":", StringComparison.Ordinal), setting[1]);
            builder.ConfigureTestServices(services => services.AddHttpClient(PublicApiSetup.Backchannel).AddHttpMessageHandler(() => new Counting(counter)));
        }

        public async Task<HttpResponseMessage> GetAsync(string path, string cookies)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("Cookie", cookies);
            return await Http.SendAsync(request, Ct);
        }

        /// <summary>Five minutes later, as far as the session knows.</summary>
        public async Task ExpireTokenAsync(string id)
        {
            var (database, sealing) = (Services.GetRequiredService<NpgsqlDataSource>(), Services.GetRequiredService<Sealing>());
            var key = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(id));
            await using var read = database.CreateCommand("select ticket from sessions where id = $1");
            read.Parameters.Add(new() { Value = key });
            var ticket = TicketSerializer.Default.Deserialize(sealing.Open("portal-session", (byte[])(await read.ExecuteScalarAsync(Ct))!))!;
            ticket.Properties.UpdateTokenValue("expires_at", "2020-01-01T00:00:00Z");
            await using var write = database.CreateCommand("update sessions set ticket = $2 where id = $1");
            write.Parameters.Add(new() { Value = key });
            write.Parameters.Add(new() { Value = sealing.Seal("portal-session", TicketSerializer.Default.Serialize(ticket)) });
            Assert.Equal(1, await write.ExecuteNonQueryAsync(Ct));
        }
    }

    sealed class Counter
    {
        int count;

        public int Count => Volatile.Read(ref count);

        public void Add() => Interlocked.Increment(ref count);
    }

    sealed class Counting(Counter counter) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath == "/connect/token") counter.Add();
            return base.SendAsync(request, cancellationToken);
        }
    }
}
