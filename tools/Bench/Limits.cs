using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DevPortal.LocalRun;
using JasperFx;
using JasperFx.Events;
using Marten;
using Npgsql;
using RabbitMQ.Client;

namespace DevPortal.Bench;

/// <summary>What the same machine does in the same minute without our code: the steps that an approval can't do without, each bare.</summary>
static class Limits
{
    const int Warm = 50, Times = 300, Connections = 16;
    const string Schema = "bench";

    public static async Task<IReadOnlyList<Measured>> MeasureAsync(StateFolder state, CancellationToken ct)
    {
        var database = Environ(state, "provisioning", "ConnectionStrings__provisioningdb");
        return
        [
            .. await CommitsAsync(database, ct),
            await MartenAsync(database, ct),
            await PublishAsync(Environ(state, "provisioning", "ConnectionStrings__rabbitmq"), ct),
            await CreateAsync(state, ct),
        ];
    }

    /// <summary>A setting as a running service was given it.</summary>
    public static string Environ(StateFolder state, string service, string name)
    {
        var run = RunState.Of(state) ?? throw new InvalidOperationException("The portal does not run: ./devportal up");
        var process = run.Programs.Single(program => program.Name == service).Process ?? throw new InvalidOperationException($"{service} does not run.");
        return File.ReadAllText($"/proc/{process.Id}/environ").Split('\0').Single(pair => pair.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..];
    }

    static async Task<IReadOnlyList<Measured>> CommitsAsync(string database, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using (var make = source.CreateCommand($"drop schema if exists {Schema} cascade; create schema {Schema}; create table {Schema}.row (id bigserial primary key, data text not null)")) await make.ExecuteNonQueryAsync(ct);
        async Task InsertAsync(NpgsqlConnection connection)
        {
            await using var insert = new NpgsqlCommand($"insert into {Schema}.row (data) values (repeat('x', 400))", connection);
            await insert.ExecuteNonQueryAsync(ct);
        }

        await using var one = await source.OpenConnectionAsync(ct);
        var alone = await TimeAsync(() => InsertAsync(one), ct);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            await using var connection = await source.OpenConnectionAsync(ct);
            for (var time = 0; time < Times; time++) await InsertAsync(connection);
        }));
        var rate = Connections * Times / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await using (var drop = source.CreateCommand($"drop schema {Schema} cascade")) await drop.ExecuteNonQueryAsync(ct);
        return [Said("bare: one row committed in PostgreSQL", alone), new($"bare: rows committed by {Connections} connections", $"{rate:0} a second", [])];
    }

    static async Task<Measured> MartenAsync(string database, CancellationToken ct)
    {
        await using var store = DocumentStore.For(options =>
        {
            options.Connection(database);
            options.DatabaseSchemaName = Schema;
            options.DisableNpgsqlLogging = true;
            options.AutoCreateSchemaObjects = AutoCreate.All;
            options.Events.AppendMode = EventAppendMode.QuickWithServerTimestamps;
            options.Events.AddEventType<Happened>();
            options.Projections.Snapshot<Thing>(JasperFx.Events.Projections.SnapshotLifecycle.Inline);
        });
        await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync();
        var streams = new Queue<Guid>();
        for (var number = 0; number < Warm + Times; number++)
        {
            await using var session = store.LightweightSession();
            var id = Guid.CreateVersion7();
            session.Events.StartStream<Thing>(id, new Happened("began"));
            await session.SaveChangesAsync(ct);
            streams.Enqueue(id);
        }

        var times = await TimeAsync(async () =>
        {
            await using var session = store.LightweightSession();
            var stream = await session.Events.FetchForWriting<Thing>(streams.Dequeue(), ct);
            stream.AppendOne(new Happened("went on"));
            await session.SaveChangesAsync(ct);
        }, ct);
        await store.Advanced.Clean.CompletelyRemoveAllAsync(ct);
        return Said("bare: Marten, fetched for writing and one event appended", times);
    }

    static async Task<Measured> PublishAsync(string broker, CancellationToken ct)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync(ct);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), ct);
        var queue = (await channel.QueueDeclareAsync("bench", durable: true, exclusive: false, autoDelete: false, arguments: new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: ct)).QueueName;
        var body = new byte[1_000];
        var times = await TimeAsync(async () => await channel.BasicPublishAsync("", queue, mandatory: true, new BasicProperties { Persistent = true }, body, ct), ct);
        await channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false, cancellationToken: ct);
        return Said("bare: one message published and confirmed", times);
    }

    static async Task<Measured> CreateAsync(StateFolder state, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = new Uri(Environ(state, "credentials", "Tyk__Sources__tyk__Url")) };
        http.DefaultRequestHeaders.Add("x-tyk-authorization", Environ(state, "credentials", "Tyk__Sources__tyk__Secret"));
        var org = Environ(state, "credentials", "Tyk__Sources__tyk__OrgId");
        var policies = (await http.GetFromJsonAsync<JsonArray>("/tyk/policies", ct))!;
        string PolicyOf(string partition) => policies.First(policy => policy!["partitions"]![partition]!.GetValue<bool>() && policy["org_id"]!.GetValue<string>() == org)!["id"]!.GetValue<string>();
        var applied = new[] { PolicyOf("acl"), PolicyOf("rate_limit") };
        var keys = new List<string>();
        var times = await TimeAsync(async () =>
        {
            var key = $"{org}bench{Guid.NewGuid():N}";
            using var made = await http.PostAsJsonAsync($"/tyk/keys/{key}", new { org_id = org, apply_policies = applied, alias = "bench" }, ct);
            made.EnsureSuccessStatusCode();
            keys.Add(key);
        }, ct);
        foreach (var key in keys) (await http.DeleteAsync($"/tyk/keys/{key}", ct)).Dispose();
        return Said("bare: one key created at Tyk", times);
    }

    static async Task<IReadOnlyList<double>> TimeAsync(Func<Task> deed, CancellationToken ct)
    {
        for (var time = 0; time < Warm; time++) await deed();
        var times = new List<double>(Times);
        for (var time = 0; time < Times && !ct.IsCancellationRequested; time++)
        {
            var started = Stopwatch.GetTimestamp();
            await deed();
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return times;
    }

    static Measured Said(string what, IReadOnlyList<double> times) => new(what, $"p50 {Median.Of(times):0.0} ms, p99 {Median.Quantile(times, 0.99):0.0} ms", []);

    public sealed record Happened(string What);

    public sealed record Thing(Guid Id, string What)
    {
        public static Thing Create(Happened happened) => new(Guid.Empty, happened.What);

        public Thing Apply(Happened happened) => this with { What = happened.What };
    }
}
