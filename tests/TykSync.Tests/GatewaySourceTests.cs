using System.Net.Http.Json;
using System.Text.Json;
using DevPortal.Testing;
using DevPortal.TykStandIn;
using DevPortal.TykSync.Runs;
using Marten;
using RabbitMQ.Client;
using Xunit;

namespace DevPortal.TykSync.Tests;

/// <summary>tyk-sync against a gateway over HTTP, on real PostgreSQL and RabbitMQ.</summary>
public sealed class GatewaySourceTests(Servers servers) : IAsyncLifetime
{
    StandIn tyk = null!;

    public async ValueTask InitializeAsync() =>
        tyk = await StandIn.StartAsync(new StandInOptions { Secret = "control-secret", LoadFolder = Repository.Path("samples", "tyk") });

    public async ValueTask DisposeAsync() => await tyk.DisposeAsync();

    async Task<SyncService> ServiceAsync(string? database = null, string? broker = null, string secret = "control-secret", string interval = "01:00:00") => await SyncService.StartAsync(
        database ?? await servers.PostgresAsync("tyksync"), broker ?? await servers.RabbitMqAsync(),
        ("SyncInterval", interval), ("Sources:tyk:Url", tyk.Address.ToString()), ("Sources:tyk:Secret", secret), ("Sources:tyk:PublicUrl", "https://api.example.org"));

    async Task TykAsync(HttpMethod method, string path, object? body = null)
    {
        using var client = new HttpClient { BaseAddress = tyk.Address };
        client.DefaultRequestHeaders.Add("X-Tyk-Authorization", tyk.Secret);
        using var call = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        (await client.SendAsync(call)).EnsureSuccessStatusCode();
        (await client.GetAsync("/tyk/reload?block=true")).EnsureSuccessStatusCode();
    }

    static async Task<JsonElement> FirstRunAsync(SyncService service, string status = "finished")
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(60);
        while (true)
        {
            var runs = (await service.Admin.GetFromJsonAsync<JsonElement>("/api/sync/runs")).GetProperty("items");
            if (runs.EnumerateArray().FirstOrDefault(run => run.GetProperty("status").GetString() == status) is { ValueKind: JsonValueKind.Object } run) return run;
            Assert.True(DateTimeOffset.UtcNow < deadline, $"No run is {status} within a minute.");
            await Task.Delay(20);
        }
    }

    [Fact]
    public async Task On_start_everything_is_imported_and_announced()
    {
        var broker = await servers.RabbitMqAsync();
        await using var service = await ServiceAsync(broker: broker);

        var run = await FirstRunAsync(service);

        Assert.Equal("start", run.GetProperty("trigger").GetString());
        Assert.Equal((17, 4), (run.GetProperty("counts").GetProperty("imported").GetInt32(), run.GetProperty("counts").GetProperty("notImported").GetInt32()));
        var heard = await HeardAsync(broker, 17);
        var policies = heard.Where(message => message.TryGetProperty("policyId", out _)).ToDictionary(message => message.GetProperty("policyId").GetString()!);
        var apis = heard.Where(message => message.TryGetProperty("listenPath", out _)).ToDictionary(message => message.GetProperty("apiId").GetString()!);
        Assert.Equal((10, 7), (policies.Count, apis.Count));
        Assert.Equal("product", policies["payments"].GetProperty("kind").GetString());
        Assert.Equal("plan", policies["plan-5-a-minute"].GetProperty("kind").GetString());
        Assert.Equal(5, policies["plan-5-a-minute"].GetProperty("limits").GetProperty("rate").GetDouble());
        Assert.StartsWith("switched off", policies["weather-radar-beta"].GetProperty("hiddenBecause").GetString(), StringComparison.Ordinal);
        Assert.Equal("https://api.example.org/weather/", apis["weather-forecast"].GetProperty("address").GetString());
        Assert.Equal("jwt", apis["payment-reports"].GetProperty("authentication")[0].GetString());
        Assert.Equal(JsonValueKind.Null, apis["maps-tiles"].GetProperty("openApi").ValueKind);
        var document = apis["weather-forecast"].GetProperty("openApi").GetString()!;
        Assert.Contains("\"https://api.example.org/weather\"", document, StringComparison.Ordinal);
        Assert.DoesNotContain("x-tyk", document, StringComparison.Ordinal);
        Assert.DoesNotContain("upstream.invalid", document, StringComparison.Ordinal);
        Assert.DoesNotContain(tyk.Address.Authority, document, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_vanishes_is_hidden_and_returns_and_an_unchanged_source_makes_no_event()
    {
        await using var service = await ServiceAsync();
        await FirstRunAsync(service);
        Assert.Equal(17, (await service.RunAsync()).GetProperty("run").GetProperty("counts").GetProperty("unchanged").GetInt32());

        await TykAsync(HttpMethod.Delete, "/tyk/policies/routing");
        var gone = (await service.RunAsync()).GetProperty("run").GetProperty("counts");
        Assert.Equal(1, gone.GetProperty("hidden").GetInt32());
        Assert.Equal("vanished from the source", (await PolicyAsync(service, "routing")).HiddenBecause);

        await TykAsync(HttpMethod.Post, "/tyk/policies", new
        {
            id = "routing",
            name = "Routing again",
            org_id = "5f0c1a2b3c4d5e6f70819203",
            partitions = new { acl = true },
            access_rights = new Dictionary<string, object> { ["maps-routes"] = new { api_id = "maps-routes", api_name = "Routes", versions = new[] { "Default" } } },
        });
        Assert.Equal(1, (await service.RunAsync()).GetProperty("run").GetProperty("counts").GetProperty("returned").GetInt32());
        Assert.Equal(("Routing again", (string?)null), ((await PolicyAsync(service, "routing")).Name, (await PolicyAsync(service, "routing")).HiddenBecause));
    }

    [Fact]
    public async Task A_gateway_that_does_not_answer_fails_the_run_hides_nothing_and_is_asked_again_soon()
    {
        await using var service = await ServiceAsync();
        await FirstRunAsync(service);

        await tyk.Faults.SwitchOnAsync(new Fault { Kind = FaultKind.Refuse });
        var failed = (await service.RunAsync()).GetProperty("run");
        await tyk.Faults.SwitchOnAsync(new Fault { Kind = FaultKind.Error500 });
        var broken = (await service.RunAsync()).GetProperty("run");
        await tyk.Faults.SwitchOnAsync(new Fault { Kind = FaultKind.None });

        Assert.Equal("failed", failed.GetProperty("status").GetString());
        Assert.Equal("GET /tyk/policies: connection refused", failed.GetProperty("because").GetString());
        Assert.Contains("500", broken.GetProperty("because").GetString(), StringComparison.Ordinal);
        Assert.Single((await service.KnownAsync()).Policies.Values, policy => policy.Facts.HiddenBecause is not null);
        await UntilAsync(async () => (await service.Admin.GetFromJsonAsync<JsonElement>("/api/sync/runs?limit=1")).GetProperty("items")[0] is var newest
            && newest.GetProperty("status").GetString() == "finished" && newest.GetProperty("trigger").GetString() == "schedule");
    }

    [Fact]
    public async Task A_wrong_secret_is_told_and_never_shown()
    {
        await using var service = await ServiceAsync(secret: "wrong-secret");

        var run = await FirstRunAsync(service, "failed");
        var sources = await service.Admin.GetStringAsync("/api/sync/sources");

        Assert.Contains("refuses our secret", run.GetProperty("because").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", run + sources, StringComparison.Ordinal);
        Assert.Contains("\"lastRun\":{", sources, StringComparison.Ordinal);
        Assert.Contains("\"issuesCredentials\":true", sources, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_replicas_starting_together_import_everything_once()
    {
        var (database, broker) = (await servers.PostgresAsync("tyksync"), await servers.RabbitMqAsync());
        var replicas = await Task.WhenAll(ServiceAsync(database, broker), ServiceAsync(database, broker));
        try
        {
            await FirstRunAsync(replicas[0]);
            await Task.WhenAll(replicas[0].RunAsync(), replicas[1].RunAsync());

            var known = await replicas[1].KnownAsync();
            Assert.Equal((10, 7), (known.Policies.Count, known.Apis.Count));
            Assert.All(known.Policies.Values, policy => Assert.Equal(1, policy.Revision));
            await using var session = replicas[0].Store.QuerySession();
            Assert.Equal(3, await session.Query<Run>().CountAsync());
        }
        finally
        {
            foreach (var replica in replicas) await replica.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_run_left_by_a_process_that_died_is_given_up_and_the_next_goes_on()
    {
        var (database, broker) = (await servers.PostgresAsync("tyksync"), await servers.RabbitMqAsync());
        var interrupted = Guid.CreateVersion7();
        await using (var first = await ServiceAsync(database, broker))
        {
            await FirstRunAsync(first);
            // What kill -9 in the middle of a run leaves behind.
            await using var session = first.Store.LightweightSession();
            session.Events.StartStream(interrupted, new RunRequested("tyk", RunTrigger.Schedule, null, DateTimeOffset.UtcNow), new RunStarted(DateTimeOffset.UtcNow));
            await session.SaveChangesAsync();
        }

        await using var second = await ServiceAsync(database, broker);

        var run = await second.EndOfAsync($"/api/sync/runs/{interrupted}");
        Assert.StartsWith("interrupted", run.GetProperty("run").GetProperty("because").GetString(), StringComparison.Ordinal);
        Assert.Equal("finished", (await second.RunAsync()).GetProperty("run").GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_source_is_read_again_at_each_interval()
    {
        await using var service = await ServiceAsync(interval: "00:00:01");
        await FirstRunAsync(service);

        await TykAsync(HttpMethod.Delete, "/tyk/policies/routing");

        await UntilAsync(async () => (await PolicyAsync(service, "routing")).HiddenBecause is not null);
    }

    [Fact]
    public async Task Ten_thousand_policies_are_stored_and_compared_quickly()
    {
        var folder = Directory.CreateTempSubdirectory("many-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "policies.json"), JsonSerializer.Serialize(Enumerable.Range(0, 10_000).Select(n => new
        {
            id = $"p{n:00000}",
            name = $"Policy {n}",
            org_id = "o",
            partitions = new { acl = true },
            access_rights = new Dictionary<string, object> { ["a"] = new { api_id = "a", api_name = "a", versions = new[] { "Default" } } },
        })));
        await using var service = await SyncService.StartAsync(
            await servers.PostgresAsync("tyksync"), await servers.RabbitMqAsync(), ("Sources:tyk:Path", folder), ("SyncInterval", "01:00:00"));

        var first = await FirstRunAsync(service);
        var second = (await service.RunAsync()).GetProperty("run");

        Directory.Delete(folder, recursive: true);
        Assert.Equal(10_000, first.GetProperty("counts").GetProperty("imported").GetInt32());
        Assert.Equal(10_000, second.GetProperty("counts").GetProperty("unchanged").GetInt32());
        TestContext.Current.TestOutputHelper?.WriteLine($"first {Took(first)}, second {Took(second)}");
        Assert.InRange(Took(second), TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    static TimeSpan Took(JsonElement run) => run.GetProperty("endedAt").GetDateTimeOffset() - run.GetProperty("startedAt").GetDateTimeOffset();

    static async Task<Objects.PolicyFacts> PolicyAsync(SyncService service, string id) =>
        (await service.KnownAsync()).Policies.Values.Single(policy => policy.Facts.PolicyId == id).Facts;

    static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(60);
        while (!await holds())
        {
            Assert.True(DateTimeOffset.UtcNow < deadline, "Not within a minute.");
            await Task.Delay(50);
        }
    }

    /// <summary>Messages in the catalog's queue, which the relay declared.</summary>
    static async Task<List<JsonElement>> HeardAsync(string broker, int count)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var heard = new List<JsonElement>();
        var deadline = DateTimeOffset.UtcNow.AddSeconds(60);
        while (heard.Count < count)
        {
            if (await channel.BasicGetAsync("catalog.tyk", autoAck: true) is { } got) heard.Add(JsonElement.Parse(got.Body.Span).GetProperty("message"));
            else await Task.Delay(20);
            Assert.True(DateTimeOffset.UtcNow < deadline, $"Only {heard.Count} of {count} messages within a minute.");
        }

        return heard;
    }
}
