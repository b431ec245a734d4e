using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
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

/// <summary>One more portal, in this process, with the settings of the one that runs and some besides.</summary>
sealed class Replica(Website website, IReadOnlyDictionary<string, string>? settings = null) : WebApplicationFactory<Texts>
{
    /// <summary>Settings that all replicas of the portal have in common.</summary>
    public static readonly string[] Shared = ["ConnectionStrings__portaldb", "services__gateway__http__0", "SealKey", "PortalSecret", "PublicUrl", "ASPNETCORE_FORWARDEDHEADERS_ENABLED"];

    readonly Counter counter = new();
    HttpClient? http;

    public int Refreshes => counter.Count;

    /// <summary>Whether the gateway can't be reached.</summary>
    public bool IsAlone { set => counter.IsAlone = value; }

    /// <summary>What the gateway refuses everything with.</summary>
    public (int Status, string Code)? Refusal { set => counter.Refusal = value; }

    /// <summary>What the gateway answers at some paths, instead of what the services would.</summary>
    public Dictionary<string, string> Answers => counter.Answers;

    /// <summary>For whom the portal called last, as it told the gateway.</summary>
    public string? Visitor => counter.Visitor;

    public HttpClient Http => http ??= CreateClient(new() { AllowAutoRedirect = false, HandleCookies = false, BaseAddress = website.Address });

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach (var (name, value) in website.SettingsOf("portal").Where(setting => Shared.Contains(setting.Key)).Concat(settings ?? new Dictionary<string, string>()))
            builder.UseSetting(name.Replace("ASPNETCORE_", "", StringComparison.Ordinal).Replace("__", ":", StringComparison.Ordinal), value);
        builder.ConfigureTestServices(services =>
        {
            foreach (var client in new[] { PublicApiSetup.Backchannel, nameof(PublicApi) }) services.AddHttpClient(client).AddHttpMessageHandler(() => new AtTheGateway(counter));
        });
    }

    public async Task<HttpResponseMessage> GetAsync(string path, string cookies)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Cookie", cookies);
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Five minutes later, as far as the session knows.</summary>
    public async Task ExpireTokenAsync(string id)
    {
        var (database, sealing) = (Services.GetRequiredService<NpgsqlDataSource>(), Services.GetRequiredService<Sealing>());
        var key = SHA256.HashData(Encoding.ASCII.GetBytes(id));
        await using var read = database.CreateCommand("select ticket from sessions where id = $1");
        read.Parameters.Add(new() { Value = key });
        var ticket = TicketSerializer.Default.Deserialize(sealing.Open("portal-session", (byte[])(await read.ExecuteScalarAsync(TestContext.Current.CancellationToken))!))!;
        ticket.Properties.UpdateTokenValue("expires_at", "2020-01-01T00:00:00Z");
        await using var write = database.CreateCommand("update sessions set ticket = $2 where id = $1");
        write.Parameters.Add(new() { Value = key });
        write.Parameters.Add(new() { Value = sealing.Seal("portal-session", TicketSerializer.Default.Serialize(ticket)) });
        Assert.Equal(1, await write.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
    }

    sealed class Counter
    {
        int count;

        public bool IsAlone { get; set; }

        public (int Status, string Code)? Refusal { get; set; }

        public Dictionary<string, string> Answers { get; } = [];

        public string? Visitor { get; set; }

        public int Count => Volatile.Read(ref count);

        public void Add() => Interlocked.Increment(ref count);
    }

    sealed class AtTheGateway(Counter counter) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath == "/connect/token") counter.Add();
            counter.Visitor = request.Headers.TryGetValues("X-Portal-Visitor", out var visitor) ? string.Join(", ", visitor) : null;
            if (counter.Answers.TryGetValue(request.RequestUri.AbsolutePath, out var json)) return Task.FromResult(new HttpResponseMessage { Content = new StringContent(json, Encoding.UTF8, "application/json") });
            if (counter.IsAlone) throw new HttpRequestException("Nobody listens there.");
            if (counter.Refusal is not var (status, code)) return base.SendAsync(request, cancellationToken);
            var refusal = new HttpResponseMessage((HttpStatusCode)status) { Content = JsonContent.Create(new { code, detail = "Not now." }) };
            refusal.Headers.RetryAfter = new(TimeSpan.FromSeconds(1));
            return Task.FromResult(refusal);
        }
    }
}
