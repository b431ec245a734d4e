using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using DevPortal.Contracts;
using DevPortal.Contracts.Catalog;
using DevPortal.Contracts.Credentials;
using DevPortal.Contracts.Identity;
using DevPortal.Contracts.Provisioning;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using DevPortal.Testing;
using Marten;
using MassTransit;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DevPortal.Provisioning.Tests;

[CollectionDefinition(Name)]
public sealed class RunningServiceTests : ICollectionFixture<RunningService>
{
    public const string Name = "the running service";
}

/// <summary>The service on a real database and broker. Tests bring their own people, products and apps, so that they don't meet.</summary>
public sealed class RunningService(Servers servers) : IAsyncLifetime
{
    WebApplicationFactory<Program> factory = null!;
    TestIdentity identity = null!;
    readonly Consumed consumed = new();

    public TestBroker Broker { get; private set; } = null!;

    public IServiceProvider Services => factory.Services;

    public IDocumentStore Store => factory.Services.GetRequiredService<IDocumentStore>();

    public async ValueTask InitializeAsync()
    {
        var (database, broker) = (await servers.PostgresAsync("provisioning"), await servers.RabbitMqAsync());
        identity = await TestIdentity.StartAsync();
        factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host => host
            .UseSetting("ConnectionStrings:provisioningdb", database)
            .UseSetting("ConnectionStrings:rabbitmq", broker)
            .UseSetting("services:identity:http:0", identity.Address)
            .UseSetting("PublicUrl", TestIdentity.PublicUrl));
        factory.Services.GetRequiredService<IBus>().ConnectReceiveObserver(consumed);
        Broker = await TestBroker.ConnectAsync(
            broker, typeof(ProvisioningRequestApproved), typeof(ProvisioningRequestRetried), typeof(ProvisioningRequestRevoked));
    }

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        await factory.DisposeAsync();
        await identity.DisposeAsync();
    }

    public HttpClient Anonymous() => factory.CreateClient();

    public async Task<Person> PersonAsync(
        UserRole role = UserRole.Member, Guid[]? teams = null, Guid? lastLinkMadeBy = null, Guid? id = null, long version = 1, UserStatus status = UserStatus.Active)
    {
        var user = id ?? Guid.CreateVersion7();
        await OfferAsync(new UserChanged(From(user, version), user, status, role, Guid.NewGuid(), teams ?? [], lastLinkMadeBy, 0));
        return new Person(user, Client(identity.Token(user, version)));
    }

    /// <summary>The same person through a personal access token.</summary>
    public HttpClient ByPersonalAccessToken(Person person, string scopes) => Client(identity.Token(person.Id, 1, Guid.NewGuid(), scopes));

    HttpClient Client(string token)
    {
        var client = factory.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Two products and a plan in a catalog: public, or seen by one team.</summary>
    public async Task<Offering> OfferingAsync(Guid? team = null, long? keyLifetime = null)
    {
        var offering = new Offering(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), team);
        await OfferAsync(Offering.Product(offering.Weather, "Weather"), Offering.Product(offering.Maps, "Maps"), offering.Plan(keyLifetime), offering.Catalog());
        return offering;
    }

    /// <summary>Publishes and waits until the service knows it.</summary>
    public async Task OfferAsync(params IMessage[] messages)
    {
        foreach (var message in messages) await Broker.PublishAsync(message);
        foreach (var message in messages) await KnowsAsync(message.Origin);
    }

    public async Task<Guid> AppAsync(Guid owner, Guid? id = null, long version = 1, bool deleted = false)
    {
        var app = id ?? Guid.CreateVersion7();
        await OfferAsync(new AppChanged(From(app, version), app, owner, "Storm watch", deleted));
        return app;
    }

    public async Task KnowsAsync(Origin origin)
    {
        var id = DeterministicId.OfEvent(origin.Stream, origin.Version);
        await using var session = Store.QuerySession();
        await Poll.UntilAsync(() => session.Events.QueryAllRawEvents().AnyAsync(recorded => recorded.Id == id));
    }

    public async Task<(Person Consumer, RequestAnswer Request)> PendingAsync(Offering offering, Person? consumer = null)
    {
        consumer ??= await PersonAsync(teams: offering.Team is { } team ? [team] : []);
        var input = new SubmitRequest.Input(await AppAsync(consumer.Id), [offering.Weather], offering.PlanId, "For the storm page");
        return (consumer, await (await consumer.PostAsync("", input)).ReadAsync(HttpStatusCode.Created));
    }

    public async Task<(Person Consumer, Person Admin, RequestAnswer Request)> ApprovedAsync(Offering? offering = null)
    {
        var (consumer, request) = await PendingAsync(offering ?? await OfferingAsync());
        var admin = await PersonAsync(UserRole.Admin);
        return (consumer, admin, await (await admin.PostAsync($"/{request.Id}/approve", new { note = "Fine" }, "\"1\"")).ReadAsync());
    }

    public async Task<(Person Consumer, Person Admin, RequestAnswer Request)> ProvisionedAsync() => await ReportedAsync(CredentialStep.Issued, CredentialStep.Activated);

    public async Task<(Person Consumer, Person Admin, RequestAnswer Request)> FailedAsync() => await ReportedAsync(CredentialStep.Issued, CredentialStep.Refused);

    async Task<(Person Consumer, Person Admin, RequestAnswer Request)> ReportedAsync(params CredentialStep[] steps)
    {
        var (consumer, admin, request) = await ApprovedAsync();
        var credential = Guid.CreateVersion7();
        for (var version = 1; version <= steps.Length; version++) await OfferAsync(Report(request, credential, version, steps[version - 1]));
        return (consumer, admin, await consumer.GetRequestAsync(request.Id));
    }

    /// <summary>Waits until all that was published is dealt with.</summary>
    public Task IsIdleAsync() => Poll.UntilAsync(() => Task.FromResult(consumed.Count >= Broker.Published));

    /// <summary>A number that was taken from the sequence and given back would hold up the relay.</summary>
    public async Task HasNoGapAsync()
    {
        await using var session = Store.QuerySession();
        Assert.Equal(0, (await session.AdvancedSql.QueryAsync<long>("select max(seq_id) - count(*) from mt_events", CancellationToken.None))[0]);
    }

    /// <summary>What the credentials service would say.</summary>
    public static CredentialChanged Report(RequestAnswer request, Guid credential, long version, CredentialStep step, string? waitingFor = null)
    {
        var report = Given.Report(version, step, waitingFor);
        return new(
            new Origin(credential, version, request.SubmittedAt.AddMinutes(1).AddSeconds(version), request.CorrelationId), credential, request.AppId, request.Id, step,
            report.State, waitingFor, report.Receipt, report.By, report.Reason);
    }

    public static Origin From(Guid stream, long version) => new(stream, version, DateTimeOffset.UtcNow, Guid.NewGuid());
}

sealed class Consumed : IReceiveObserver
{
    int count;

    public int Count => count;

    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostReceive(ReceiveContext context)
    {
        Interlocked.Increment(ref count);
        return Task.CompletedTask;
    }

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType) where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception) where T : class => Task.CompletedTask;

    public Task ReceiveFault(ReceiveContext context, Exception exception) => Task.CompletedTask;
}

/// <summary>Somebody who calls the service.</summary>
public sealed record Person(Guid Id, HttpClient Http)
{
    public Task<HttpResponseMessage> PostAsync(string path, object? body = null, string? ifMatch = null, string? key = null) =>
        Http.PostRequestAsync(path, body, ifMatch, key);

    public async Task<RequestAnswer> GetRequestAsync(Guid id) => await (await Http.GetAsync($"/api/provisioning/requests/{id}")).ReadAsync();
}

/// <summary>What is on offer in a test.</summary>
public sealed record Offering(Guid Weather, Guid Maps, Guid PlanId, Guid CatalogId, Guid? Team)
{
    public static ProductChanged Product(Guid id, string title, long version = 1, bool published = true, string? because = null, string source = "tyk") =>
        new(RunningService.From(id, version), id, source, "org", $"policy-{title}", title, published, because, [], "authToken");

    public PlanChanged Plan(long? keyLifetime = null, long version = 1, string? because = null) =>
        new(RunningService.From(PlanId, version), PlanId, "tyk", "org", "plan-policy", "Bronze", because, 5, 60, 1000, 86400, keyLifetime);

    public CatalogChanged Catalog(long version = 1, params Guid[] without) => new(
        RunningService.From(CatalogId, version), CatalogId, "Catalog", Team is null ? CatalogVisibility.Public : CatalogVisibility.Private,
        Team is { } team ? [team] : [], [.. new[] { Weather, Maps }.Except(without)], [.. new[] { PlanId }.Except(without)]);
}

static class Poll
{
    public static async Task UntilAsync(Func<Task<bool>> reached)
    {
        for (var deadline = DateTime.UtcNow.AddSeconds(60); !await reached(); await Task.Delay(10))
            Assert.True(DateTime.UtcNow < deadline, "Not reached within 60 s.");
    }
}

static class Http
{
    public static async Task<HttpResponseMessage> PostRequestAsync(this HttpClient http, string path, object? body, string? ifMatch = null, string? key = null)
    {
        using var call = new HttpRequestMessage(HttpMethod.Post, "/api/provisioning/requests" + path);
        if (body is not null) call.Content = body is string raw ? new StringContent(raw, MediaTypeHeaderValue.Parse("application/json")) : JsonContent.Create(body, options: Json.Options);
        if (ifMatch is not null) call.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (key is not null) call.Headers.Add("Idempotency-Key", key);
        return await http.SendAsync(call);
    }

    public static Task<RequestAnswer> ReadAsync(this HttpResponseMessage response, HttpStatusCode expected = HttpStatusCode.OK) => response.ReadAsync<RequestAnswer>(expected);

    public static async Task<T> ReadAsync<T>(this HttpResponseMessage response, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{response.StatusCode}: {text}");
        return JsonSerializer.Deserialize<T>(text, Json.Options)!;
    }

    /// <summary>A problem with this status and code; with <paramref name="field"/>, it names that field.</summary>
    public static async Task<JsonElement> RefusedAsync(this HttpResponseMessage response, HttpStatusCode status, string code, string? field = null)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        if (field is not null) Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), text);
        return problem;
    }
}
