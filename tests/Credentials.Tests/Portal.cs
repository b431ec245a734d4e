using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using DevPortal.Contracts;
using DevPortal.Contracts.Credentials;
using DevPortal.Contracts.Identity;
using DevPortal.Contracts.Provisioning;
using DevPortal.ServiceDefaults;
using DevPortal.Testing;
using DevPortal.TykStandIn;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

namespace DevPortal.Credentials.Tests;

/// <summary>One installation: the service (one host, or several on one database), its broker, and a gateway that tests may break.</summary>
public sealed class Portal : IAsyncDisposable
{
    /// <summary>The organisation of the samples.</summary>
    public const string Org = "5f0c1a2b3c4d5e6f70819203";

    public const string Forecasts = "weather-forecasts", Warnings = "weather-warnings", FiveAMinute = "plan-5-a-minute", Standard = "plan-standard";

    const string Secret = "stand-in-secret";

    readonly string database, rabbit;
    readonly TestIdentity identity;
    readonly Dictionary<string, string> settings;
    readonly List<WebApplicationFactory<Credential>> hosts = [];

    Portal(string database, string rabbit, TestIdentity identity, StandIn standIn, TestBroker broker, Dictionary<string, string> settings) =>
        (this.database, this.rabbit, this.identity, StandIn, Broker, this.settings) = (database, rabbit, identity, standIn, broker, settings);

    public StandIn StandIn { get; }

    public TestBroker Broker { get; }

    /// <summary>Everything that any host logged.</summary>
    public LogCapture Logs { get; } = new();

    public NpgsqlDataSource Database { get; private set; } = null!;

    /// <param name="servers">Where database and broker come from.</param>
    /// <param name="gateway">How the gateway is configured.</param>
    /// <param name="settings">Further settings of the service, <c>name=value</c>; quick looks and pauses are set.</param>
    public static async Task<Portal> StartAsync(Servers servers, Action<StandInOptions>? gateway = null, bool startHost = true, params string[] settings)
    {
        var options = new StandInOptions { Secret = Secret, Hash = HashFunction.Sha256, LoadFolder = Path.Combine(Repository.Root, "samples", "tyk") };
        gateway?.Invoke(options);
        var (database, rabbit) = (await servers.PostgresAsync("credentials"), await servers.RabbitMqAsync());
        var standIn = await StandIn.StartAsync(options);
        var all = new Dictionary<string, string>
        {
            ["SealKey"] = "a seal key for tests",
            ["KeyPepper"] = "a pepper for tests only",
            ["Tyk:Sources:tyk:Url"] = standIn.Address.ToString(),
            ["Tyk:Sources:tyk:Secret"] = Secret,
            ["Tyk:Sources:tyk:OrgId"] = Org,
            ["Converging:LongestPause"] = "00:00:00.5",
            ["Converging:LookAgain"] = "00:00:00.3",
            ["Converging:LookLast"] = "00:00:00.3",
        };
        foreach (var setting in settings.Select(setting => setting.Split('=', 2))) all[setting[0]] = setting[1];
        var broker = await TestBroker.ConnectAsync(rabbit, typeof(AppChanged), typeof(CredentialChanged));
        var portal = new Portal(database, rabbit, await TestIdentity.StartAsync(), standIn, broker, all);
        if (startHost) await portal.StartHostAsync();
        return portal;
    }

    /// <summary>One more process on the same database.</summary>
    public async Task<WebApplicationFactory<Credential>> StartHostAsync()
    {
        var host = new WebApplicationFactory<Credential>().WithWebHostBuilder(web =>
        {
            web.UseSetting("ConnectionStrings:credentialsdb", database).UseSetting("ConnectionStrings:rabbitmq", rabbit)
                .UseSetting("services:identity:http:0", identity.Address).UseSetting("PublicUrl", TestIdentity.PublicUrl)
                .ConfigureLogging(logging => logging.AddProvider(Logs));
            foreach (var (name, value) in settings) web.UseSetting(name, value);
        });
        _ = host.Server;
        hosts.Add(host);
        Database ??= NpgsqlDataSource.Create(database + ";Application Name=test");
        return host;
    }

    /// <summary>Stops a host; what it was doing is left as it is.</summary>
    public async Task StopHostAsync(WebApplicationFactory<Credential> host)
    {
        hosts.Remove(host);
        await host.DisposeAsync();
    }

    public async Task<Person> PersonAsync(UserRole role = UserRole.Member)
    {
        var id = Guid.CreateVersion7();
        var person = new Person(this, id, Guid.NewGuid(), Guid.NewGuid());
        await Broker.PublishAsync(new UserChanged(From(id), id, UserStatus.Active, role, person.Organisation, [person.Team], null, 0));
        await Poll.UntilAsync(async () => await ScalarAsync<bool>("select exists (select 1 from mt_doc_knownuser where id = $1)", id), () => Logs.Tail);
        return person;
    }

    public HttpClient Client(Guid? user = null, string? pat = null)
    {
        var http = hosts[0].CreateClient();
        if (user is { } id) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", pat ?? identity.Token(id));
        return http;
    }

    /// <summary>The approval of a request, as provisioning says it.</summary>
    public static ProvisioningRequestApproved Approval(Guid app, Person owner, string[]? products = null, string plan = Standard, DateTimeOffset? expires = null, string source = "tyk")
    {
        var request = Guid.CreateVersion7();
        return new ProvisioningRequestApproved(
            From(request, 2), request, app, owner.Id, Guid.NewGuid(),
            new Grant(source, Org, [.. (products ?? [Forecasts]).Select(policy => new GrantedProduct(Guid.NewGuid(), policy, $"Title of {policy}"))], Guid.NewGuid(), plan, expires, "A plan"));
    }

    /// <summary>A person with an app and an active credential in it.</summary>
    public async Task<Issued> ActiveAsync(string[]? products = null, string plan = Standard, DateTimeOffset? expires = null)
    {
        var issued = await IssueAsync(products, plan, expires);
        await issued.UntilAsync(CredentialState.Active);
        return issued;
    }

    /// <summary>A person with an app whose request was approved.</summary>
    public async Task<Issued> IssueAsync(string[]? products = null, string plan = Standard, DateTimeOffset? expires = null)
    {
        var owner = await PersonAsync();
        var approval = Approval(await owner.AppAsync(), owner, products, plan, expires);
        await Broker.PublishAsync(approval);
        return new Issued(this, owner, approval);
    }

    /// <summary>What a consumer's call through the gateway answers.</summary>
    public async Task<HttpStatusCode> CallAsync(string key, string path = "weather/cities")
    {
        using var http = new HttpClient();
        using var call = new HttpRequestMessage(HttpMethod.Get, new Uri(StandIn.Address, path));
        call.Headers.TryAddWithoutValidation("Authorization", key);
        return (await http.SendAsync(call)).StatusCode;
    }

    /// <summary>Calls the gateway's control API, as somebody else who works with it.</summary>
    public async Task<JsonElement> ControlAsync(HttpMethod method, string path, object? body = null)
    {
        using var http = new HttpClient();
        using var call = new HttpRequestMessage(method, new Uri(StandIn.Address, path));
        call.Headers.Add("X-Tyk-Authorization", Secret);
        if (body is not null) call.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        var answer = await http.SendAsync(call);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    public async Task<string> TakePolicyAwayAsync(string policy)
    {
        var text = (await ControlAsync(HttpMethod.Get, $"tyk/policies/{policy}")).GetRawText();
        await ControlAsync(HttpMethod.Delete, $"tyk/policies/{policy}");
        await ControlAsync(HttpMethod.Get, "tyk/reload?block=true");
        return text;
    }

    public async Task PutPolicyBackAsync(string text)
    {
        await ControlAsync(HttpMethod.Post, "tyk/policies", text);
        await ControlAsync(HttpMethod.Get, "tyk/reload?block=true");
    }

    /// <summary>Keys at the gateway that say they are this credential's.</summary>
    public IReadOnlyList<StoredKey> KeysOf(Guid credential) =>
        [.. StandIn.Keys.Where(key => key.MetaData.GetValueOrDefault("CredentialID") == credential.ToString())];

    public async Task<T> ScalarAsync<T>(string sql, params object[] values)
    {
        await using var command = Database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public static Origin From(Guid stream, long version = 1) => new(stream, version, DateTimeOffset.UtcNow, Guid.NewGuid());

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts) await host.DisposeAsync();
        await Broker.DisposeAsync();
        await StandIn.DisposeAsync();
        await identity.DisposeAsync();
        if (Database is not null) await Database.DisposeAsync();
    }
}

/// <summary>A portal that several classes share: nothing is broken there.</summary>
public sealed class QuietPortal(Servers servers) : IAsyncLifetime
{
    public const string Name = "a quiet portal";

    public Portal Portal { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Portal = await Portal.StartAsync(servers);

    public ValueTask DisposeAsync() => Portal.DisposeAsync();
}

[CollectionDefinition(QuietPortal.Name)]
public sealed class QuietPortalTests : ICollectionFixture<QuietPortal>;

/// <summary>Somebody who calls the service.</summary>
public sealed record Person(Portal Portal, Guid Id, Guid Organisation, Guid Team)
{
    HttpClient? http;

    public HttpClient Http => http ??= Portal.Client(Id);

    public async Task<Guid> AppAsync(string name = "Storm watch") => (await (await SendAsync(HttpMethod.Post, "apps", new { name })).ReadAsync<AppView>(HttpStatusCode.Created)).Id;

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, string? ifMatch = null, string? idempotencyKey = null)
    {
        using var call = new HttpRequestMessage(method, "/api/credentials/" + path);
        if (body is not null) call.Content = body is string raw ? new StringContent(raw, Encoding.UTF8, "application/json") : JsonContent.Create(body, options: Json.Options);
        if (ifMatch is not null) call.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (idempotencyKey is not null) call.Headers.Add("Idempotency-Key", idempotencyKey);
        return await Http.SendAsync(call);
    }

    public async Task<CredentialView> CredentialAsync(Guid id) => await (await SendAsync(HttpMethod.Get, $"{id}")).ReadAsync<CredentialView>();
}

/// <summary>A credential, and who owns it.</summary>
public sealed record Issued(Portal Portal, Person Owner, ProvisioningRequestApproved Approval)
{
    public Guid Id => Credential.IdOf(Approval.RequestId);

    public IReadOnlyList<StoredKey> Keys => Portal.KeysOf(Id);

    public async Task<CredentialView?> FindAsync()
    {
        var answer = await Owner.SendAsync(HttpMethod.Get, $"{Id}");
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await answer.ReadAsync<CredentialView>();
    }

    public Task<CredentialView> UntilAsync(CredentialState state) => UntilAsync(view => view.State == state);

    public async Task<CredentialView> UntilAsync(Func<CredentialView, bool> reached)
    {
        CredentialView? seen = null;
        await Poll.UntilAsync(async () => (seen = await FindAsync()) is not null && reached(seen), () => $"{seen}; {Portal.Logs.Tail}");
        return seen!;
    }

    /// <summary>The key, revealed now.</summary>
    public async Task<string> RevealAsync() => (await (await Owner.SendAsync(HttpMethod.Post, $"{Id}/reveal")).ReadAsync<RevealedKey>()).Key;

    public Task<HttpResponseMessage> RotateAsync(string ifMatch = "*") => Owner.SendAsync(HttpMethod.Post, $"{Id}/rotate", ifMatch: ifMatch);

    public Task<HttpResponseMessage> RevokeAsync(Person? by = null, string ifMatch = "*") => (by ?? Owner).SendAsync(HttpMethod.Post, $"{Id}/revoke", new { reason = "Not needed" }, ifMatch);

    /// <summary>Asks for the end of it as provisioning does.</summary>
    public Task RevokeRequestAsync() => Portal.Broker.PublishAsync(
        new ProvisioningRequestRevoked(Portal.From(Approval.RequestId, 9), Approval.RequestId, Guid.NewGuid(), "Not needed"));

    /// <summary>Waits until the last later look at all its removed keys is over.</summary>
    public Task UntilLookedForOftenEnoughAsync() => Poll.UntilAsync(
        async () => await Portal.ScalarAsync<bool>("select bool_and(finished) from credential_key where credential = $1", Id), () => "later looks are not over");
}

static class Poll
{
    public static async Task UntilAsync(Func<Task<bool>> reached, Func<string>? seen = null)
    {
        for (var deadline = DateTime.UtcNow.AddSeconds(60); !await reached(); await Task.Delay(10))
            Assert.True(DateTime.UtcNow < deadline, $"Not reached within 60 s. {seen?.Invoke()}");
    }

    public static Task UntilAsync(Func<bool> reached, Func<string>? seen = null) => UntilAsync(() => Task.FromResult(reached()), seen);
}

static class Answers
{
    public static async Task<T> ReadAsync<T>(this HttpResponseMessage response, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{response.StatusCode}: {text}");
        return JsonSerializer.Deserialize<T>(text, Json.Options)!;
    }

    /// <summary>A problem with this status and code; with <paramref name="field"/>, it names that field.</summary>
    public static async Task RefusedAsync(this HttpResponseMessage response, HttpStatusCode status, string code, string? field = null)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{response.StatusCode}: {text}");
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        if (field is not null) Assert.True(problem.GetProperty("errors").EnumerateObject().Any(error => error.NameEquals(field)), text);
    }
}

/// <summary>Keeps every log line, with its exception, to be searched.</summary>
public sealed class LogCapture : ILoggerProvider
{
    readonly ConcurrentQueue<string> lines = new();

    public IEnumerable<string> Lines => lines;

    public string Tail => string.Join('\n', lines.Where(line => !line.StartsWith("Information", StringComparison.Ordinal)).TakeLast(15));

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    sealed class Logger(LogCapture to, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            to.lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
    }
}
