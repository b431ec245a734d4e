using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using DevPortal.Contracts;
using DevPortal.Contracts.Identity;
using DevPortal.Eventing;
using DevPortal.Testing;
using DevPortal.TykSync.Runs;
using Marten;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace DevPortal.TykSync.Tests;

/// <summary>tyk-sync on real servers, with an admin and a member who can call it.</summary>
sealed class SyncService : IAsyncDisposable
{
    static readonly Guid AdminId = Guid.CreateVersion7(), MemberId = Guid.CreateVersion7();
    readonly WebApplicationFactory<SyncPulse> factory;
    readonly TestIdentity identity;

    SyncService(WebApplicationFactory<SyncPulse> factory, TestIdentity identity) => (this.factory, this.identity) = (factory, identity);

    public HttpClient Admin => Client(AdminId);

    public HttpClient Member => Client(MemberId);

    public HttpClient Nobody => factory.CreateClient();

    public IDocumentStore Store => factory.Services.GetRequiredService<IDocumentStore>();

    public T Service<T>() where T : notnull => factory.Services.GetRequiredService<T>();

    public static async Task<SyncService> StartAsync(string database, string broker, params (string Key, string? Value)[] settings)
    {
        var identity = await TestIdentity.StartAsync();
        var factory = new WebApplicationFactory<SyncPulse>().WithWebHostBuilder(host =>
        {
            host.UseSetting("ConnectionStrings:tyksyncdb", database);
            host.UseSetting("ConnectionStrings:rabbitmq", broker);
            host.UseSetting("PublicUrl", TestIdentity.PublicUrl);
            host.UseSetting("services:identity:http:0", identity.Address);
            foreach (var (key, value) in settings) host.UseSetting("Tyk:" + key, value);
            host.ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        });
        var service = new SyncService(factory, identity);
        await service.KnowAsync(AdminId, UserRole.Admin);
        await service.KnowAsync(MemberId, UserRole.Member);
        return service;
    }

    /// <summary>Asks for a run and waits for its end.</summary>
    public async Task<JsonElement> RunAsync(string source = "tyk")
    {
        var answer = await Admin.PostAsJsonAsync("/api/sync/runs", new { source });
        Assert.Equal(System.Net.HttpStatusCode.Accepted, answer.StatusCode);
        return await EndOfAsync(answer.Headers.Location!.ToString());
    }

    /// <summary>The run's page of lines once it has ended.</summary>
    public async Task<JsonElement> EndOfAsync(string location)
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(60);
        while (true)
        {
            var run = await Admin.GetFromJsonAsync<JsonElement>(location + "?limit=100");
            if (run.GetProperty("run").GetProperty("status").GetString() is not ("queued" or "running")) return run;
            Assert.True(DateTimeOffset.UtcNow < deadline, "The run has not ended within a minute.");
            await Task.Delay(20);
        }
    }

    public async Task<Known> KnownAsync(string source = "tyk")
    {
        await using var session = Store.QuerySession();
        return await PerformRun.LoadKnownAsync(session, source, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await factory.DisposeAsync();
        await identity.DisposeAsync();
    }

    HttpClient Client(Guid user)
    {
        var client = factory.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", identity.Token(user));
        return client;
    }

    async Task KnowAsync(Guid user, UserRole role)
    {
        await using var session = Store.LightweightSession();
        await session.HearAsync(
            new UserChanged(new Origin(user, 1, DateTimeOffset.UtcNow, Guid.Empty), user, UserStatus.Active, role, Guid.NewGuid(), [], null, 1), CancellationToken.None);
    }
}
