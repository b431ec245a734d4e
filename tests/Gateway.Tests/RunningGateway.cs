using System.Net.Http.Json;
using System.Text.Json;
using DevPortal.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace DevPortal.Gateway.Tests;

/// <summary>The gateway on a port of its own, one stub for each service behind it, and an identity that signs.</summary>
sealed class RunningGateway : IAsyncDisposable
{
    public const string PortalSecret = "a-secret-of-the-portal";

    readonly Dictionary<string, Recorder> recorders;
    readonly StubService[] stubs;
    readonly Factory factory;

    // As the manifest sets it for every project; the gateway must not follow it.
    static RunningGateway() => Environment.SetEnvironmentVariable("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true");

    RunningGateway(TestIdentity identity, Dictionary<string, Recorder> recorders, StubService[] stubs, Factory factory)
    {
        (Identity, this.recorders, this.stubs, this.factory) = (identity, recorders, stubs, factory);
        factory.UseKestrel(0);
        factory.StartServer();
        var address = factory.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null })
        {
            BaseAddress = new Uri(address.Replace("[::]", "127.0.0.1", StringComparison.Ordinal)),
        };
    }

    public TestIdentity Identity { get; }

    /// <summary>Follows no redirect, keeps no cookie, sends no token.</summary>
    public HttpClient Client { get; }

    /// <summary>What the gateway wrote to its log.</summary>
    public IEnumerable<string> Log => factory.Log.Lines;

    /// <summary>What reached a service.</summary>
    public Recorder this[string service] => recorders[service];

    /// <param name="answers">What services answer, where it matters.</param>
    /// <param name="settings">Configuration beyond the addresses.</param>
    public static async Task<RunningGateway> StartAsync(Dictionary<string, Func<HttpContext, Task>>? answers = null, params (string Key, string Value)[] settings)
    {
        var recorders = new[] { "identity", "catalog", "provisioning", "credentials", "tyk-sync", "portal" }
            .ToDictionary(name => name, name => new Recorder(name, answers?.GetValueOrDefault(name)));
        var identity = await TestIdentity.StartAsync(app => app.MapFallback("{**path}", recorders["identity"].HandleAsync));
        var stubs = new List<StubService>();
        var all = new List<(string Key, string Value)> { ("PublicUrl", TestIdentity.PublicUrl), ("PortalSecret", PortalSecret), ("services:identity:http:0", identity.Address) };
        foreach (var (name, recorder) in recorders.Where(service => service.Key != "identity"))
        {
            stubs.Add(await StubService.StartAsync(recorder));
            all.Add(($"services:{name}:http:0", stubs[^1].Address));
        }
        return new RunningGateway(identity, recorders, [.. stubs], new Factory([.. all, .. settings]));
    }

    public static Task<RunningGateway> StartAsync(params (string Key, string Value)[] settings) => StartAsync(null, settings);

    public Task<HttpResponseMessage> GetAsync(string path, string? token = null, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, token, null, headers);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token = null, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Host = new Uri(TestIdentity.PublicUrl).Authority;
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        foreach (var (name, value) in headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Reads a refusal: it must be problem details; its status and code come back.</summary>
    public static async Task<(int Status, string? Code)> ProblemAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, problem.GetProperty("code").GetString());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await factory.DisposeAsync();
        await Identity.DisposeAsync();
        foreach (var stub in stubs) await stub.DisposeAsync();
    }

    sealed class Factory(IEnumerable<(string Key, string Value)> settings) : WebApplicationFactory<LimitOptions>
    {
        public LogLines Log { get; } = new();

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Production");
            foreach (var (key, value) in settings) builder.UseSetting(key, value);
            builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Log));
        }
    }
}
