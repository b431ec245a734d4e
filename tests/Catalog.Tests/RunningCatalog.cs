using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using DevPortal.Contracts;
using DevPortal.Contracts.Catalog;
using DevPortal.Contracts.Identity;
using DevPortal.Contracts.TykSync;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using DevPortal.Testing;
using Marten;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

[assembly: AssemblyFixture(typeof(DevPortal.Catalog.Tests.RunningCatalog))]

namespace DevPortal.Catalog.Tests;

/// <summary>The service on a real database and broker. Tests bring their own people, policies and catalogs, so that they don't meet.</summary>
public sealed class RunningCatalog : IAsyncLifetime
{
    // One assembly fixture can't ask for another.
    readonly Servers servers = new();
    WebApplicationFactory<Program> factory = null!;
    TestIdentity identity = null!;

    public TestBroker Broker { get; private set; } = null!;

    public IDocumentStore Store => factory.Services.GetRequiredService<IDocumentStore>();

    public async ValueTask InitializeAsync()
    {
        var (database, broker) = (await servers.PostgresAsync("catalog"), await servers.RabbitMqAsync());
        identity = await TestIdentity.StartAsync();
        factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host => host
            .UseSetting("ConnectionStrings:catalogdb", database)
            .UseSetting("ConnectionStrings:rabbitmq", broker)
            .UseSetting("services:identity:http:0", identity.Address)
            .UseSetting("PublicUrl", TestIdentity.PublicUrl));
        _ = factory.Server;
        Broker = await TestBroker.ConnectAsync(broker, typeof(ProductChanged), typeof(PlanChanged), typeof(CatalogChanged));
    }

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        await factory.DisposeAsync();
        await identity.DisposeAsync();
        await servers.DisposeAsync();
    }

    /// <summary>A second process on the same servers, with a memory of its own.</summary>
    public WebApplicationFactory<Program> Replica() => factory.WithWebHostBuilder(_ => { });

    public HttpClient Anonymous() => factory.CreateClient();

    public HttpClient WithToken(string token)
    {
        var client = factory.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async Task<HttpClient> PersonAsync(UserRole role, params Guid[] teams)
    {
        var user = Guid.CreateVersion7();
        await HearAsync(new UserChanged(From(user), user, UserStatus.Active, role, Guid.NewGuid(), teams, null, 0));
        return WithToken(identity.Token(user));
    }

    public Task<HttpClient> AdminAsync() => PersonAsync(UserRole.Admin);

    public async Task<Guid> TeamAsync()
    {
        var team = Guid.NewGuid();
        await HearAsync(new TeamChanged(From(team), team, Guid.NewGuid(), "Team", Deleted: false));
        return team;
    }

    /// <summary>Announces as the other services do, and waits until the service has it.</summary>
    public async Task HearAsync(params IMessage[] messages)
    {
        foreach (var message in messages) await Broker.PublishAsync(message);
        foreach (var message in messages)
        {
            await using var session = Store.QuerySession();
            var id = DeterministicId.OfEvent(message.Origin.Stream, message.Origin.Version);
            await Poll.UntilAsync(async () => (await session.AdvancedSql.QueryAsync<bool>("select exists (select 1 from mt_events where id = ?)", default, id))[0]);
        }
    }

    /// <summary>A product of one API that takes keys, as an admin sees it once it has arrived.</summary>
    public async Task<TykThing> ProductAsync(string name = "Weather", bool published = true)
    {
        var product = TykThing.New(name);
        var admin = await AdminAsync();
        await HearAsync(product.Api(), product.Product());
        await Poll.UntilAsync(async () => await admin.AskAsync($"products/{product.Id}") is { StatusCode: HttpStatusCode.OK } answer
            && (await answer.Content.ReadAsStringAsync()).Contains("authToken", StringComparison.Ordinal));
        if (published) await admin.PutAsync($"products/{product.Id}", new { title = product.Name, published = true }, "*").Answers(HttpStatusCode.NoContent);
        return product;
    }

    public async Task<TykThing> PlanAsync(string name = "Bronze")
    {
        var plan = TykThing.New(name);
        var admin = await AdminAsync();
        await HearAsync(plan.Plan());
        await Poll.UntilAsync(async () => (await admin.AskAsync($"plans/{plan.Id}")).StatusCode == HttpStatusCode.OK);
        return plan;
    }

    /// <summary>A catalog: public, or private with these teams (none = nobody sees it).</summary>
    public Task<Guid> CatalogAsync(CatalogVisibility visibility, Guid[] audience, params Guid[] products) => CatalogAsync(visibility, audience, products, []);

    public async Task<Guid> CatalogAsync(CatalogVisibility visibility, Guid[] audience, Guid[] products, Guid[] plans)
    {
        var admin = await AdminAsync();
        var made = await admin.PostAsync("catalogs", new { name = $"Catalog {Guid.NewGuid():N}", visibility, productIds = products, planIds = plans }).Reads(HttpStatusCode.Created);
        var id = made.GetProperty("id").GetGuid();
        if (audience.Length > 0) await admin.PutAsync($"catalogs/{id}/audience", new { teamIds = audience }, "*").Answers(HttpStatusCode.NoContent);
        return id;
    }

    public static Origin From(Guid stream, long version = 1) => new(stream, version, DateTimeOffset.UtcNow, Guid.NewGuid());
}

/// <summary>A policy at Tyk with one API of its own, and what tyk-sync says of them.</summary>
public sealed record TykThing(Guid Id, string Name, string Source, Guid ApiStream)
{
    /// <summary>A source of its own keeps the APIs of one test from those of another.</summary>
    public static TykThing New(string name) => new(Guid.NewGuid(), name, $"tyk-{Guid.NewGuid():N}", Guid.NewGuid());

    public string PolicyId => $"policy-{Name}";

    public TykPolicyChanged Product(long version = 1, string? name = null, string? hidden = null, string[]? apis = null) => new(
        RunningCatalog.From(Id, version), Source, "org", PolicyId, PolicyKind.Product, name ?? Name, hidden, apis ?? ["api"], null, 0, true, []);

    public TykPolicyChanged Plan(long version = 1, string? hidden = null) => new(
        RunningCatalog.From(Id, version), Source, "org", PolicyId, PolicyKind.Plan, Name, hidden, [], new Limits(5, 60, 1000, 86400), 3600, true, []);

    public TykApiChanged Api(
        long version = 1, string[]? authentication = null, string? hidden = null, string? openApi = null, string apiId = "api", Guid? stream = null, string? name = null) => new(
        RunningCatalog.From(stream ?? ApiStream, version), Source, "org", apiId, name ?? $"{Name} API", "/weather/", "https://gateway.example/weather/",
        authentication ?? ["authToken"], hidden, openApi);
}

public static class Poll
{
    public static async Task UntilAsync(Func<Task<bool>> reached)
    {
        for (var deadline = DateTime.UtcNow.AddSeconds(60); !await reached(); await Task.Delay(10))
            Assert.True(DateTime.UtcNow < deadline, "Not reached within 60 s.");
    }
}

public static class Http
{
    const string Root = "/api/catalog/";

    public static Task<HttpResponseMessage> AskAsync(this HttpClient http, string path, string? ifNoneMatch = null) => http.SendAsync(HttpMethod.Get, path, null, ("If-None-Match", ifNoneMatch));

    public static Task<HttpResponseMessage> PutAsync(this HttpClient http, string path, object body, string? ifMatch) => http.SendAsync(HttpMethod.Put, path, body, ("If-Match", ifMatch));

    public static Task<HttpResponseMessage> PostAsync(this HttpClient http, string path, object body, string? key = null) => http.SendAsync(HttpMethod.Post, path, body, ("Idempotency-Key", key));

    static async Task<HttpResponseMessage> SendAsync(this HttpClient http, HttpMethod method, string path, object? body, (string Name, string? Value) header)
    {
        using var call = new HttpRequestMessage(method, Root + path);
        if (body is not null) call.Content = body is string raw ? new StringContent(raw, MediaTypeHeaderValue.Parse("application/json")) : JsonContent.Create(body, options: Json.Options);
        if (header.Value is not null) call.Headers.TryAddWithoutValidation(header.Name, header.Value);
        return await http.SendAsync(call);
    }

    public static async Task<HttpResponseMessage> Answers(this Task<HttpResponseMessage> answering, HttpStatusCode expected)
    {
        var answer = await answering;
        Assert.True(answer.StatusCode == expected, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return answer;
    }

    public static async Task<JsonElement> Reads(this Task<HttpResponseMessage> answering, HttpStatusCode expected = HttpStatusCode.OK) =>
        JsonDocument.Parse(await (await answering.Answers(expected)).Content.ReadAsStringAsync()).RootElement;

    /// <summary>A problem with this status and code; with <paramref name="field"/>, it names that field.</summary>
    public static async Task Refuses(this Task<HttpResponseMessage> answering, HttpStatusCode status, string code, string? field = null)
    {
        var answer = await answering;
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        if (field is not null) Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), text);
    }

    public static string? Text(this JsonElement json, string name) => json.GetProperty(name).GetString();

    public static Guid[] Ids(this JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid())];
}
