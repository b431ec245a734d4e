using System.Collections.Concurrent;
using System.Globalization;
using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;
using DevPortal.LocalRun;

namespace DevPortal.Bench;

/// <summary>From an approval to a key that was read back at Tyk: one at a time, twenty a second, and as many as go through. The times are those of the
/// request's own record, so what the bench itself waits for is not in them. What is made is revoked at the end.</summary>
sealed class Approvals(StateFolder state, Cast cast, Action<string> say)
{
    const int Warm = 600, Alone = 60, PerSecond = 20, AtTwenty = 200, AtOnce = 600, Askers = 8, Deciders = 16;
    const double MostMedian = 40, MostP99 = 150, LeastASecond = 150;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly Actor consumer = cast.Consumers.First();
    readonly ConcurrentBag<Guid> granted = [];

    Guid product, plan;

    public async Task<IReadOnlyList<Measured>> RunAsync(CancellationToken ct)
    {
        using var direct = Direct.Connect(state);
        var asking = consumer.Portal.By(direct);
        var deciding = (await cast.DecidersOfAsync(consumer, ct)).Approver.Portal.By(direct);
        var offered = (await consumer.Portal.ListAsync<Product>("/api/catalog/products", ct)).First(product => product.Requestable);
        var page = await consumer.Portal.GetAsync<ProductPage>($"/api/catalog/products/{offered.Id}", ct);
        (product, plan) = (page.Id, page.Plans.First(plan => plan.Available).Id);

        // What is compiled only after some hundred calls is no part of the figures.
        await DecideAsync(deciding, await AskAsync(asking, Warm, ct), Deciders, ct);

        var alone = await AskAsync(asking, Alone, ct);
        var aloneFrom = DateTimeOffset.UtcNow;
        foreach (var request in alone) await DecideAsync(deciding, [request], 1, ct);
        var oneByOne = await TimesAsync(asking, alone, ct);
        var aloneHops = await Hops.OfAsync(state, "one at a time", aloneFrom, Alone, ct);

        var asked = await AskAsync(asking, AtTwenty, ct);
        var pacedFrom = DateTimeOffset.UtcNow;
        await Paced.RunAsync(PerSecond, AtTwenty, number => ApproveAsync(deciding, asked[number], ct), ct);
        await UntilDoneAsync(asking, asked, ct);
        var atTwenty = await TimesAsync(asking, asked, ct);
        var pacedHops = await Hops.OfAsync(state, $"{PerSecond} a second", pacedFrom, AtTwenty, ct);

        var many = await AskAsync(asking, AtOnce, ct);
        var (manyFrom, before) = (DateTimeOffset.UtcNow, ProcessorTime.Read(state));
        await DecideAsync(deciding, many, Deciders, ct);
        var took = ProcessorTime.Read(state).Select(program => (program.Key, Each: (program.Value - before.GetValueOrDefault(program.Key)) * 1_000 / AtOnce)).Where(program => program.Each >= 0.1).OrderByDescending(program => program.Each).ToList();
        var manyHops = await Hops.OfAsync(state, "as fast as they go", manyFrom, AtOnce, ct);
        var (first, last) = await SpanOfAsync(asking, many, ct);
        var rate = AtOnce / (last - first).TotalSeconds;

        say("taking them away again");
        await Parallel.ForEachAsync(granted, new ParallelOptions { MaxDegreeOfParallelism = Askers, CancellationToken = ct }, async (request, cancel) => await deciding.RevokeAsync(request, "Only measured.", cancel));
        // What is measured bare afterwards has the machine for itself.
        foreach (var request in granted) await Eventually.UntilAsync(() => deciding.GetAsync<AccessRequest>($"/api/provisioning/requests/{request}", ct), seen => seen.Revocation?.ConfirmedAt is not null, Patience, $"the key of request {request} is gone", ct);
        return
        [
            Times("approval to active at Tyk, one at a time", oneByOne),
            .. aloneHops,
            Times($"approval to active at Tyk, {PerSecond} a second", atTwenty),
            .. pacedHops,
            new($"{AtOnce} approvals as fast as they go", $"{rate:0} a second until the last is active", rate < LeastASecond ? [$"at least {LeastASecond} a second"] : []),
            .. manyHops.SkipLast(1),
            new("  of the processors for each, in ms", string.Create(CultureInfo.InvariantCulture, $"{took.Sum(program => program.Each):0.0}: {string.Join(", ", took.Select(program => string.Create(CultureInfo.InvariantCulture, $"{program.Key} {program.Each:0.0}")))}"), []),
        ];
    }

    static Measured Times(string what, IReadOnlyList<double> times)
    {
        var (median, p99) = (Median.Of(times), Median.Quantile(times, 0.99));
        List<string> missed = [];
        if (median >= MostMedian) missed.Add($"p50 under {MostMedian} ms");
        if (p99 >= MostP99) missed.Add($"p99 under {MostP99} ms");
        return new(what, $"p50 {median:0.0} ms, p99 {p99:0.0} ms of {times.Count}", missed);
    }

    /// <summary>So many requests that wait, each for an app of its own.</summary>
    async Task<IReadOnlyList<Guid>> AskAsync(PortalClient asking, int count, CancellationToken ct)
    {
        say($"asking {count} times");
        var requests = new ConcurrentBag<Guid>();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Askers, CancellationToken = ct }, async (number, cancel) =>
        {
            var app = await asking.CreateAppAsync(string.Create(CultureInfo.InvariantCulture, $"Measured {number}"), cancel);
            requests.Add((await asking.RequestAccessAsync(app.Id, product, plan, "How fast is it?", cancel)).Id);
        });
        return [.. requests];
    }

    async Task DecideAsync(PortalClient deciding, IReadOnlyList<Guid> requests, int atOnce, CancellationToken ct)
    {
        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = ct }, async (request, cancel) => await ApproveAsync(deciding, request, cancel));
        await UntilDoneAsync(deciding, requests, ct);
    }

    async Task ApproveAsync(PortalClient deciding, Guid request, CancellationToken ct)
    {
        await deciding.PostAsync<AccessRequest>($"/api/provisioning/requests/{request}/approve", new { note = "Fast, we hope." }, ct, "\"1\"");
        granted.Add(request);
    }

    static async Task UntilDoneAsync(PortalClient caller, IReadOnlyList<Guid> requests, CancellationToken ct)
    {
        foreach (var request in requests) await caller.UntilProvisionedAsync(request, Patience, ct);
    }

    static async Task<IReadOnlyList<double>> TimesAsync(PortalClient asking, IReadOnlyList<Guid> requests, CancellationToken ct) =>
        [.. (await RecordsAsync(asking, requests, ct)).Select(record => (record.Credential!.At - record.Decision!.At).TotalMilliseconds)];

    static async Task<(DateTimeOffset First, DateTimeOffset Last)> SpanOfAsync(PortalClient asking, IReadOnlyList<Guid> requests, CancellationToken ct)
    {
        var records = await RecordsAsync(asking, requests, ct);
        return (records.Min(record => record.Decision!.At), records.Max(record => record.Credential!.At));
    }

    static async Task<IReadOnlyList<Record>> RecordsAsync(PortalClient asking, IReadOnlyList<Guid> requests, CancellationToken ct)
    {
        var records = new List<Record>();
        foreach (var request in requests) records.Add(await asking.GetAsync<Record>($"/api/provisioning/requests/{request}", ct));
        return records;
    }

    sealed record Record(Moment? Decision, Moment? Credential);

    sealed record Moment(DateTimeOffset At);
}
