using System.Diagnostics;
using System.Globalization;
using DevPortal.Demo.Api;
using DevPortal.Demo.Filling;
using DevPortal.Demo.Playing;
using DevPortal.LocalRun;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace DevPortal.Bench;

/// <summary>The first run over a large Tyk until the catalog lists all of it, and runs that find nothing new; beside what the same machine does in the same minutes
/// without our code. Each round has a new portal, since a first run is one only once.</summary>
static class Sync
{
    const int Unchanged = 5, PageSize = 500;
    const double MostFirst = 20, MostUnchanged = 2, MostMegabytes = 400;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <param name="Restarted">The first run without changes of a process that remembers nothing.</param>
    sealed record Round(
        double First, double Run, IReadOnlyList<double> Unchanged, double Restarted, string[] Written, double Peak, double After, double Read, double Commit, double Broker, ManyDefinitions.Lists Lists, string Processor);

    public static async Task<IReadOnlyList<Measured>> RunAsync(int runs, Action<string> say, CancellationToken ct)
    {
        List<Round> rounds = [];
        for (var number = 1; number <= runs; number++)
        {
            say($"round {number} of {runs}");
            await using var portal = new OwnPortal();
            rounds.Add(await RoundAsync(portal, ct));
        }

        double Middle(Func<Round, double> of) => Median.Of(rounds.Select(of));
        var (first, unchanged, restarted, peak) = (Middle(round => round.First), Median.Of(rounds.SelectMany(round => round.Unchanged)), Middle(round => round.Restarted), rounds.Max(round => round.Peak));
        string[] written = [.. rounds.SelectMany(round => round.Written).Distinct()];
        string All(Func<Round, double> of) => string.Join(", ", rounds.Select(round => of(round).ToString("0.0", CultureInfo.InvariantCulture)));
        return
        [
            new($"first run, until the catalog lists all ({ManyDefinitions.Policies:N0} policies, {ManyDefinitions.Apis:N0} APIs)", $"{first:0.0} s of {All(round => round.First)}", first >= MostFirst ? [$"under {MostFirst} s"] : []),
            new("the same, until tyk-sync has it all", $"{Middle(round => round.Run):0.0} s", []),
            new("processor seconds of the first run", rounds[0].Processor, []),
            new("a run without changes", $"{unchanged:0.00} s, the longest {rounds.Max(round => round.Unchanged.Max()):0.00} s, of {runs * Unchanged}", unchanged >= MostUnchanged ? [$"under {MostUnchanged} s"] : []),
            new("the first one after a restart of tyk-sync", $"{restarted:0.00} s of {All(round => round.Restarted)}", restarted >= MostUnchanged ? [$"under {MostUnchanged} s"] : []),
            new("what they write besides their own record", written.Length == 0 ? "nothing" : string.Join(", ", written), written.Length == 0 ? [] : ["nothing"]),
            new("tyk-sync's memory: peak (RSS), after all runs (PSS)", $"{peak:0} MB, {Middle(round => round.After):0} MB", peak >= MostMegabytes ? [$"under {MostMegabytes} MB"] : []),
            new("bare: the same lists downloaded and parsed", $"{Middle(round => round.Read):0.00} s for {rounds[0].Lists.PolicyBytes / 1e6:0.0} MB of policies and {rounds[0].Lists.ApiBytes / 1e6:0.0} MB of APIs", []),
            new($"bare: as many rows committed in PostgreSQL, {PageSize} at a time", $"{Middle(round => round.Commit):0.00} s", []),
            new("bare: as many messages published, confirmed, consumed", $"{Middle(round => round.Broker):0.0} s", []),
        ];
    }

    static async Task<Round> RoundAsync(OwnPortal portal, CancellationToken ct)
    {
        await portal.UpAsync(ct);
        await portal.TellAsync("stop", "tyk-stand-in", ct);
        ManyDefinitions.Write(portal.State);
        await portal.TellAsync("start", "tyk-stand-in", ct);
        using var tyk = new HttpClient { BaseAddress = new Uri(Limits.Environ(portal.State, "tyk-sync", "Tyk__Sources__tyk__Url")) };
        tyk.DefaultRequestHeaders.Add("x-tyk-authorization", Limits.Environ(portal.State, "tyk-sync", "Tyk__Sources__tyk__Secret"));
        var lists = await Eventually.UntilAsync(() => TryReadAsync(tyk, ct), read => read.Entries > ManyDefinitions.Policies + ManyDefinitions.Apis, Patience, "Tyk lists everything", ct);

        using var cast = await Cast.AssembleAsync(portal.Address, (await AccountsFile.ReadAsync(portal.State.Accounts, ct))!, ct);
        var admin = cast.Admins.First().Portal;
        await using var catalog = NpgsqlDataSource.Create(Limits.Environ(portal.State, "catalog", "ConnectionStrings__catalogdb"));
        await using var sync = NpgsqlDataSource.Create(Limits.Environ(portal.State, "tyk-sync", "ConnectionStrings__tyksyncdb"));

        var (started, processor) = (Stopwatch.GetTimestamp(), ProcessorTime.Read(portal.State));
        var run = await StartAsync(admin, ct);
        while (!await IsAllListedAsync(catalog, ct))
        {
            if (Stopwatch.GetElapsedTime(started) > Patience) throw new TimeoutException("The catalog does not list everything.");
            await Task.Delay(100, ct);
        }

        var first = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var used = ProcessorTime.Read(portal.State).Select(program => (program.Key, Seconds: program.Value - processor[program.Key])).Where(program => program.Seconds > 0.5).OrderByDescending(program => program.Seconds);
        var spent = string.Join(", ", used.Select(program => string.Create(CultureInfo.InvariantCulture, $"{program.Key} {program.Seconds:0}")));
        var whole = await EndAsync(admin, run, ct);
        var last = await admin.GetAsync<Page<Product>>($"/api/catalog/products?view=admin&q={ManyDefinitions.Policies - 1:00000}", ct);
        if (last.Items.Count == 0) throw new InvalidOperationException("The catalog does not list the last product.");
        await SettleAsync(portal.State, ct);

        var before = await StateAsync(sync, catalog, ct);
        List<double> unchanged = [], read = [];
        for (var again = 0; again < Unchanged; again++)
        {
            unchanged.Add((await EndAsync(admin, await StartAsync(admin, ct), ct)).Seconds);
            var reading = Stopwatch.GetTimestamp();
            await ManyDefinitions.ReadBareAsync(tyk, ct);
            read.Add(Stopwatch.GetElapsedTime(reading).TotalSeconds);
        }

        var process = portal.ProcessOf("tyk-sync");
        var (peak, memory) = (Peak(process), Memory.Megabytes(process) ?? 0);
        var restarted = await RestartedAsync(portal, admin, ct);
        var after = await StateAsync(sync, catalog, ct);
        var (commit, broker) = (await CommitAsync(sync, lists.Bytes, ct), await PublishAsync(Limits.Environ(portal.State, "tyk-sync", "ConnectionStrings__rabbitmq"), lists.Bytes, ct));
        return new(first, whole.Seconds, unchanged, restarted, [.. before.Where(table => after[table.Key] != table.Value).Select(table => table.Key)], peak, memory, Median.Of(read), commit, broker, lists, spent);
    }

    /// <summary>Which run is the first depends on how long ago the last one was: a process that starts later than half a minute after it begins with one by itself.</summary>
    static async Task<double> RestartedAsync(OwnPortal portal, PortalClient admin, CancellationToken ct)
    {
        await portal.TellAsync("stop", "tyk-sync", ct);
        var stopped = DateTimeOffset.UtcNow;
        await portal.TellAsync("start", "tyk-sync", ct);
        await EndAsync(admin, await StartAsync(admin, ct), ct);
        return (await admin.ListAsync<Run>("/api/sync/runs", ct)).Where(run => run.RequestedAt > stopped).MinBy(run => run.RequestedAt)!.Seconds;
    }

    /// <summary>Nothing while the stand-in still starts.</summary>
    static async Task<ManyDefinitions.Lists> TryReadAsync(HttpClient tyk, CancellationToken ct)
    {
        try
        {
            return await ManyDefinitions.ReadBareAsync(tyk, ct);
        }
        catch (HttpRequestException)
        {
            return new(0, 0, 0);
        }
    }

    static async Task<Guid> StartAsync(PortalClient admin, CancellationToken ct) => (await admin.PostAsync<Run>("/api/sync/runs", new { source = "tyk" }, ct)).Id;

    static async Task<Run> EndAsync(PortalClient admin, Guid id, CancellationToken ct)
    {
        while (true)
        {
            var run = (await admin.GetAsync<Whole>($"/api/sync/runs/{id}?limit=1", ct)).Run;
            if (run.Status == "finished") return run;
            if (run.Status is not ("queued" or "running")) throw new InvalidOperationException($"The run ended as {run.Status}: {run.Because}");
            await Task.Delay(100, ct);
        }
    }

    /// <summary>Every policy as what it is, products with their API.</summary>
    static async Task<bool> IsAllListedAsync(NpgsqlDataSource catalog, CancellationToken ct)
    {
        // The whole question costs the database more than a page of the run: it is asked when the lists are as long as they will be.
        await using (var length = catalog.CreateCommand("select count(*) from offer"))
            if ((long)(await length.ExecuteScalarAsync(ct))! < ManyDefinitions.Policies) return false;
        await using var count = catalog.CreateCommand($"""
            select (select count(*) from mt_doc_product where data #>> '{"{Now,Tyk,PolicyId}"}' like '{ManyDefinitions.Prefix}%' and jsonb_array_length(data #> '{"{Now,ApiIds}"}') = 1)
                + (select count(*) from mt_doc_plan where data #>> '{"{Now,Tyk,PolicyId}"}' like '{ManyDefinitions.Prefix}%') = {ManyDefinitions.Policies}
                and (select count(*) from mt_doc_knownapi where data ->> 'ApiId' like '{ManyDefinitions.Prefix}%') = {ManyDefinitions.Apis}
            """);
        return (bool)(await count.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Until nothing is on its way any more: provisioning hears of every product too.</summary>
    static async Task SettleAsync(StateFolder state, CancellationToken ct)
    {
        await using var provisioning = NpgsqlDataSource.Create(Limits.Environ(state, "provisioning", "ConnectionStrings__provisioningdb"));
        for (long before = -1, now = 0; now != before; await Task.Delay(2_000, ct))
        {
            await using var count = provisioning.CreateCommand("select count(*) from mt_events");
            (before, now) = (now, (long)(await count.ExecuteScalarAsync(ct))!);
        }
    }

    /// <summary>Where every row lies and which transaction wrote it: a row that is written again, even with the same content, changes it. Of tyk-sync's events
    /// those of the runs themselves are left out.</summary>
    static async Task<Dictionary<string, string>> StateAsync(NpgsqlDataSource sync, NpgsqlDataSource catalog, CancellationToken ct)
    {
        var state = new Dictionary<string, string>();
        foreach (var (database, name, from) in new[]
        {
            (sync, "tyk-sync's policies", "mt_doc_knownpolicy"), (sync, "tyk-sync's APIs", "mt_doc_knownapi"), (sync, "tyk-sync's events", "mt_events where type not like 'run\\_%'"),
            (catalog, "the catalog's events", "mt_events"), (catalog, "the catalog's lists", "offer"),
        })
        {
            await using var mark = database.CreateCommand($"select count(*) || ' ' || md5(string_agg(ctid::text || xmin::text, ' ' order by ctid)) from {from}");
            state[name] = (string)(await mark.ExecuteScalarAsync(ct))!;
        }

        return state;
    }

    static async Task<double> CommitAsync(NpgsqlDataSource database, long bytes, CancellationToken ct)
    {
        await using (var make = database.CreateCommand("drop table if exists bench_row; create table bench_row (id uuid primary key, data text not null)")) await make.ExecuteNonQueryAsync(ct);
        var (started, data) = (Stopwatch.GetTimestamp(), new string('x', (int)(bytes / (ManyDefinitions.Policies + ManyDefinitions.Apis))));
        for (var page = 0; page < (ManyDefinitions.Policies + ManyDefinitions.Apis) / PageSize; page++)
        {
            await using var insert = database.CreateCommand("insert into bench_row select * from unnest($1, $2)");
            insert.Parameters.Add(new() { Value = Enumerable.Range(0, PageSize).Select(_ => Guid.NewGuid()).ToArray() });
            insert.Parameters.Add(new() { Value = Enumerable.Repeat(data, PageSize).ToArray() });
            await insert.ExecuteNonQueryAsync(ct);
        }

        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await using (var drop = database.CreateCommand("drop table bench_row")) await drop.ExecuteNonQueryAsync(ct);
        return took;
    }

    static async Task<double> PublishAsync(string address, long bytes, CancellationToken ct)
    {
        const int Messages = ManyDefinitions.Policies + ManyDefinitions.Apis;
        await using var connection = await new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync(ct);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), ct);
        await using var reading = await connection.CreateChannelAsync(cancellationToken: ct);
        var queue = (await channel.QueueDeclareAsync("bench", durable: true, exclusive: false, autoDelete: false, arguments: new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: ct)).QueueName;
        var (left, done, body) = (Messages, new TaskCompletionSource(), new byte[bytes / Messages]);
        var consumer = new AsyncEventingBasicConsumer(reading);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            await reading.BasicAckAsync(delivery.DeliveryTag, multiple: false);
            if (Interlocked.Decrement(ref left) == 0) done.SetResult();
        };
        await reading.BasicQosAsync(0, 32, global: false, ct);
        var started = Stopwatch.GetTimestamp();
        await reading.BasicConsumeAsync(queue, autoAck: false, consumer, ct);
        for (var page = 0; page < Messages / PageSize; page++)
            await Task.WhenAll(Enumerable.Range(0, PageSize).Select(_ => channel.BasicPublishAsync("", queue, mandatory: true, new BasicProperties { Persistent = true }, body, ct).AsTask()));
        await done.Task.WaitAsync(Patience, ct);
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false, cancellationToken: ct);
        return took;
    }

    static double Peak(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
    }

    sealed record Whole(Run Run);

    sealed record Run(Guid Id, string Status, DateTimeOffset RequestedAt, DateTimeOffset? EndedAt, string? Because)
    {
        public double Seconds => (EndedAt!.Value - RequestedAt).TotalSeconds;
    }
}
