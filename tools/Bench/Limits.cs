using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DevPortal.LocalRun;
using JasperFx;
using JasperFx.Events;
using Marten;
using Npgsql;
using RabbitMQ.Client;

namespace DevPortal.Bench;

/// <summary>What the same machine does in the same run without our code: the steps that an approval can't do without, each bare; alone, and as often as they go
/// when many do them at once.</summary>
static class Limits
{
    const int Warm = 50, Times = 300, AtOnce = 16, Often = 2_400;
    const string Schema = "bench";

    /// <summary>Of an approval: the decision, the credential and its key, and what the request hears of both; lease and key; three messages; a create, and reads of two policies and of the key.</summary>
    const int Appends = 5, Rows = 4, Messages = 3, Creates = 1, Reads = 3;

    /// <param name="Alone">Milliseconds of each, one at a time.</param>
    public sealed record Step(string What, IReadOnlyList<double> Alone, double PerSecond);

    /// <summary>One pass over the steps.</summary>
    /// <param name="Together">How many a second all steps of an approval add up to, each as often as it goes. Each takes all that the machine has, so one after the
    /// other is no slower than all at once.</param>
    public sealed record Pass(IReadOnlyList<Step> Steps, double Together);

    public static async Task<Pass> MeasureAsync(StateFolder state, CancellationToken ct)
    {
        var database = Environ(state, "provisioning", "ConnectionStrings__provisioningdb");
        var (row, append, message) = (await CommitAsync(database, ct), await MartenAsync(database, ct), await PublishAsync(Environ(state, "provisioning", "ConnectionStrings__rabbitmq"), ct));
        var (create, read) = await TykAsync(state, ct);
        return new([row, append, message, create, read], 1 / ((Appends / append.PerSecond) + (Rows / row.PerSecond) + (Messages / message.PerSecond) + (Creates / create.PerSecond) + (Reads / read.PerSecond)));
    }

    /// <summary>Medians over the passes.</summary>
    public static IEnumerable<Measured> Say(IReadOnlyList<Pass> passes)
    {
        double Over(Func<Pass, double> of) => Median.Of(passes.Select(of));
        foreach (var (step, measured) in passes[0].Steps.Index())
        {
            yield return new("bare: " + measured.What, string.Create(
                CultureInfo.InvariantCulture,
                $"p50 {Over(pass => Median.Of(pass.Steps[step].Alone)):0.0} ms, p99 {Over(pass => Median.Quantile(pass.Steps[step].Alone, 0.99)):0.0} ms; {Over(pass => pass.Steps[step].PerSecond):0} a second by {AtOnce} at once"), []);
        }

        yield return new($"bare: {Appends} appends, {Rows} rows, {Messages} messages, {Creates} create and {Reads} reads at Tyk, as an approval has", string.Create(CultureInfo.InvariantCulture, $"{Over(pass => pass.Together):0} a second"), []);
    }

    /// <summary>A setting as a running service was given it.</summary>
    public static string Environ(StateFolder state, string service, string name)
    {
        var run = RunState.Of(state) ?? throw new InvalidOperationException("The portal does not run: ./devportal up");
        var process = run.Programs.Single(program => program.Name == service).Process ?? throw new InvalidOperationException($"{service} does not run.");
        return File.ReadAllText($"/proc/{process.Id}/environ").Split('\0').Single(pair => pair.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..];
    }

    static async Task<Step> CommitAsync(string database, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { MaxPoolSize = AtOnce, MaxAutoPrepare = 10, NoResetOnClose = true });
        await using (var make = source.CreateCommand($"drop schema if exists {Schema} cascade; create schema {Schema}; create table {Schema}.row (id bigserial primary key, data text not null)")) await make.ExecuteNonQueryAsync(ct);
        var step = await MeasureAsync("one row committed in PostgreSQL", async () =>
        {
            await using var insert = source.CreateCommand($"insert into {Schema}.row (data) values (repeat('x', 400))");
            await insert.ExecuteNonQueryAsync(ct);
        }, ct);
        await using (var drop = source.CreateCommand($"drop schema {Schema} cascade")) await drop.ExecuteNonQueryAsync(ct);
        return step;
    }

    static async Task<Step> MartenAsync(string database, CancellationToken ct)
    {
        await using var store = DocumentStore.For(options =>
        {
            options.Connection(NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { MaxPoolSize = AtOnce + 4, MaxAutoPrepare = 100, NoResetOnClose = true }));
            options.DatabaseSchemaName = Schema;
            options.DisableNpgsqlLogging = true;
            options.AutoCreateSchemaObjects = AutoCreate.All;
            options.Events.AppendMode = EventAppendMode.QuickWithServerTimestamps;
            options.Events.AddEventType<Happened>();
            options.Projections.Snapshot<Thing>(JasperFx.Events.Projections.SnapshotLifecycle.Inline);
        });
        await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync();
        var streams = new ConcurrentQueue<Guid>();
        foreach (var some in Enumerable.Range(0, Warm + Times + Often).Chunk(500))
        {
            await using var session = store.LightweightSession();
            foreach (var _ in some)
            {
                var id = Guid.CreateVersion7();
                session.Events.StartStream<Thing>(id, new Happened("began"));
                streams.Enqueue(id);
            }

            await session.SaveChangesAsync(ct);
        }

        var step = await MeasureAsync("Marten, fetched for writing and one event appended", async () =>
        {
            await using var session = store.LightweightSession();
            if (!streams.TryDequeue(out var id)) throw new InvalidOperationException("Not enough streams were made.");
            var stream = await session.Events.FetchForWriting<Thing>(id, ct);
            stream.AppendOne(new Happened("went on"));
            await session.SaveChangesAsync(ct);
        }, ct);
        await store.Advanced.Clean.CompletelyRemoveAllAsync(ct);
        return step;
    }

    static async Task<Step> PublishAsync(string broker, CancellationToken ct)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync(ct);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), ct);
        var queue = (await channel.QueueDeclareAsync("bench", durable: true, exclusive: false, autoDelete: false, arguments: new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: ct)).QueueName;
        var body = new byte[1_000];
        var step = await MeasureAsync("one message published and confirmed", async () => await channel.BasicPublishAsync("", queue, mandatory: true, new BasicProperties { Persistent = true }, body, ct), ct);
        await channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false, cancellationToken: ct);
        return step;
    }

    static async Task<(Step Create, Step Read)> TykAsync(StateFolder state, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = new Uri(Environ(state, "credentials", "Tyk__Sources__tyk__Url")) };
        http.DefaultRequestHeaders.Add("x-tyk-authorization", Environ(state, "credentials", "Tyk__Sources__tyk__Secret"));
        var org = Environ(state, "credentials", "Tyk__Sources__tyk__OrgId");
        var policies = (await http.GetFromJsonAsync<JsonArray>("/tyk/policies", ct))!;
        string PolicyOf(string partition) => policies.First(policy => policy!["partitions"]![partition]!.GetValue<bool>() && policy["org_id"]!.GetValue<string>() == org)!["id"]!.GetValue<string>();
        var applied = new[] { PolicyOf("acl"), PolicyOf("rate_limit") };
        var keys = new ConcurrentBag<string>();
        var create = await MeasureAsync("one key created at Tyk", async () =>
        {
            var key = $"{org}bench{Guid.NewGuid():N}";
            using var made = await http.PostAsJsonAsync($"/tyk/keys/{key}", new { org_id = org, apply_policies = applied, alias = "bench" }, ct);
            made.EnsureSuccessStatusCode();
            keys.Add(key);
        }, ct);
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (key, cancel) => (await http.DeleteAsync($"/tyk/keys/{key}", cancel)).Dispose());
        var read = await MeasureAsync("one policy read at Tyk", async () =>
        {
            using var answered = await http.GetAsync($"/tyk/policies/{applied[0]}", ct);
            answered.EnsureSuccessStatusCode();
        }, ct);
        return (create, read);
    }

    static async Task<Step> MeasureAsync(string what, Func<Task> deed, CancellationToken ct)
    {
        for (var time = 0; time < Warm; time++) await deed();
        var alone = new List<double>(Times);
        for (var time = 0; time < Times && !ct.IsCancellationRequested; time++)
        {
            var started = Stopwatch.GetTimestamp();
            await deed();
            alone.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        var began = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(0, Often), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (_, _) => await deed());
        return new Step(what, alone, Often / Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    public sealed record Happened(string What);

    public sealed record Thing(Guid Id, string What)
    {
        public static Thing Create(Happened happened) => new(Guid.Empty, happened.What);

        public Thing Apply(Happened happened) => this with { What = happened.What };
    }
}
