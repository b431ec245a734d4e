using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;
using DevPortal.LocalRun;

namespace DevPortal.Bench;

/// <summary>From an approval to a key that was read back at Tyk: one at a time, twenty a second, and as many as go through; then what the same machine does without our code. All of it in
/// each run, so that both have the same minutes. An approval is timed from when its call was due until the moment that its request's record gives for the key, so waiting for a turn
/// counts. What is made is revoked when all is measured: a revoked key is looked for again for minutes.</summary>
sealed class Approvals(StateFolder state, Cast cast, Action<string> say)
{
    const int Warm = 600, Alone = 60, PerSecond = 20, AtTwenty = 200, AtOnce = 1_200, Askers = 8, Deciders = 16;
    const double MostMedian = 40, MostP99 = 150, LeastASecond = 150;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly Actor consumer = cast.Consumers.First();

    readonly List<Guid> made = [];

    PortalClient asking = null!, deciding = null!;
    Guid product, plan;

    /// <param name="Worked">Of the processors for each of the approvals as fast as they go, in milliseconds, by program.</param>
    sealed record Run(Pace Alone, Pace Paced, double ASecond, IReadOnlyList<Hops> Hops, IReadOnlyDictionary<string, double> Worked, Limits.Pass Bare);

    sealed record Pace(IReadOnlyList<double> Times, IReadOnlyList<Hops> Hops);

    public async Task<IReadOnlyList<Measured>> RunAsync(int runs, CancellationToken ct)
    {
        using var direct = Direct.Connect(state);
        asking = consumer.Portal.By(direct);
        deciding = (await cast.DecidersOfAsync(consumer, ct)).Approver.Portal.By(direct);
        var offered = (await consumer.Portal.ListAsync<Product>("/api/catalog/products", ct)).First(product => product.Requestable);
        var page = await consumer.Portal.GetAsync<ProductPage>($"/api/catalog/products/{offered.Id}", ct);
        (product, plan) = (page.Id, page.Plans.First(plan => plan.Available).Id);

        say("warming up: what is compiled only after some hundred calls is no part of the figures");
        await DecideAsync(await AskAsync(Warm, ct), ct);
        List<Run> all = [];
        for (var number = 1; number <= runs; number++)
        {
            say($"run {number} of {runs}");
            all.Add(await OnceAsync(ct));
        }

        await TakeAwayAsync(ct);
        return [.. Say(all)];
    }

    async Task<Run> OnceAsync(CancellationToken ct)
    {
        var one = await AskAsync(Alone, ct);
        var oneFrom = DateTimeOffset.UtcNow;
        var oneDue = new ConcurrentDictionary<Guid, DateTimeOffset>();
        foreach (var request in one)
        {
            oneDue[request] = DateTimeOffset.UtcNow;
            await ApproveAsync(request, ct);
            await deciding.UntilProvisionedAsync(request, Patience, ct);
        }

        var alone = new Pace(await TimesAsync(oneDue, ct), await Hops.OfAsync(state, oneFrom, Alone, ct));

        var asked = await AskAsync(AtTwenty, ct);
        var pacedFrom = DateTimeOffset.UtcNow;
        var due = new ConcurrentDictionary<Guid, DateTimeOffset>();
        await Paced.RunAsync(PerSecond, AtTwenty, (number, when) =>
        {
            due[asked[number]] = DateTimeOffset.UtcNow - Stopwatch.GetElapsedTime(when);
            return ApproveAsync(asked[number], ct);
        }, ct);
        await UntilDoneAsync(asked, ct);
        var paced = new Pace(await TimesAsync(due, ct), await Hops.OfAsync(state, pacedFrom, AtTwenty, ct));

        var many = await AskAsync(AtOnce, ct);
        var (manyFrom, before) = (DateTimeOffset.UtcNow, ProcessorTime.Read(state));
        await DecideAsync(many, ct);
        var worked = ProcessorTime.Read(state).ToDictionary(program => program.Key, program => (program.Value - before.GetValueOrDefault(program.Key)) * 1_000 / AtOnce);
        var hops = await Hops.OfAsync(state, manyFrom, AtOnce, ct);
        var records = await RecordsAsync(many, ct);
        var rate = AtOnce / (records.Max(record => record.Credential!.At) - records.Min(record => record.Decision!.At)).TotalSeconds;

        say("the same steps bare");
        var run = new Run(alone, paced, rate, hops, worked, await Limits.MeasureAsync(state, ct));
        say(string.Create(CultureInfo.InvariantCulture, $"  p50 {Median.Of(alone.Times):0.0} ms one at a time, {Median.Of(paced.Times):0.0} ms at {PerSecond} a second; {rate:0} a second reached, {run.Bare.Together:0} by the bare steps"));
        return run;
    }

    static IEnumerable<Measured> Say(IReadOnlyList<Run> runs)
    {
        foreach (var (when, of) in new (string, Func<Run, Pace>)[] { ("one at a time", run => run.Alone), ($"{PerSecond} a second", run => run.Paced) })
        {
            IReadOnlyList<Hops> hops = [.. runs.SelectMany(run => of(run).Hops)];
            var count = runs.Sum(run => of(run).Times.Count);
            var (median, p99) = (Median.Of(runs.Select(run => Median.Of(of(run).Times))), Median.Of(runs.Select(run => Median.Quantile(of(run).Times, 0.99))));
            yield return new($"approval to active at Tyk, {when}", string.Create(CultureInfo.InvariantCulture, $"p50 {median:0.0} ms, p99 {p99:0.0} ms of {count} in {runs.Count} runs"),
                [.. median >= MostMedian ? [$"p50 under {MostMedian} ms"] : (string[])[], .. p99 >= MostP99 ? [$"p99 under {MostP99} ms"] : (string[])[]]);
            foreach (var line in Hops.Say(when, hops, count)) yield return line;
            yield return Hops.SayConsumed(when, hops);
        }

        var (reached, bare) = (Median.Of(runs.Select(run => run.ASecond)), Median.Of(runs.Select(run => run.Bare.Together)));
        yield return new($"{AtOnce:N0} approvals as fast as they go", $"{reached:0} a second until the last is active ({string.Join(", ", runs.Select(run => $"{run.ASecond:0}"))})", reached < LeastASecond ? [$"at least {LeastASecond} a second"] : []);
        foreach (var line in Hops.Say("as fast as they go", [.. runs.SelectMany(run => run.Hops)], runs.Count * AtOnce)) yield return line;
        var worked = runs[0].Worked.Keys.Select(program => (Name: program, Each: Median.Of(runs.Select(run => run.Worked.GetValueOrDefault(program))))).Where(program => program.Each >= 0.1).OrderByDescending(program => program.Each).ToList();
        yield return new("  of the processors for each, in ms", string.Create(CultureInfo.InvariantCulture, $"{worked.Sum(program => program.Each):0.0}: {string.Join(", ", worked.Select(program => string.Create(CultureInfo.InvariantCulture, $"{program.Name} {program.Each:0.0}")))}"), []);
        foreach (var line in Limits.Say([.. runs.Select(run => run.Bare)])) yield return line;
        var beyond = runs.Count(run => run.Bare.Together < LeastASecond);
        yield return new("reached, of what the bare steps of the same run add up to", string.Create(
            CultureInfo.InvariantCulture,
            $"{Median.Of(runs.Select(run => run.ASecond / run.Bare.Together)):0.00} ({string.Join(", ", runs.Select(run => string.Create(CultureInfo.InvariantCulture, $"{run.ASecond:0} of {run.Bare.Together:0}")))})"), []);
        yield return new($"the goal of {LeastASecond} a second", beyond == 0 ? "within what the bare steps add up to, in each run" : $"beyond what the bare steps of the same run add up to, in {beyond} of {runs.Count} runs", []);
    }

    /// <summary>So many requests that wait, each for an app of its own.</summary>
    async Task<IReadOnlyList<Guid>> AskAsync(int count, CancellationToken ct)
    {
        say($"asking {count} times");
        var requests = new ConcurrentBag<Guid>();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Askers, CancellationToken = ct }, async (number, cancel) =>
        {
            var app = await asking.CreateAppAsync(string.Create(CultureInfo.InvariantCulture, $"Measured {number}"), cancel);
            requests.Add((await asking.RequestAccessAsync(app.Id, product, plan, "How fast is it?", cancel)).Id);
        });
        made.AddRange(requests);
        return [.. requests];
    }

    async Task DecideAsync(IReadOnlyList<Guid> requests, CancellationToken ct)
    {
        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = Deciders, CancellationToken = ct }, async (request, cancel) => await ApproveAsync(request, cancel));
        await UntilDoneAsync(requests, ct);
    }

    Task ApproveAsync(Guid request, CancellationToken ct) => deciding.PostAsync<AccessRequest>($"/api/provisioning/requests/{request}/approve", new { note = "Fast, we hope." }, ct, "\"1\"");

    async Task UntilDoneAsync(IReadOnlyList<Guid> requests, CancellationToken ct)
    {
        foreach (var request in requests) await deciding.UntilProvisionedAsync(request, Patience, ct);
    }

    async Task TakeAwayAsync(CancellationToken ct)
    {
        say("taking them away again");
        await Parallel.ForEachAsync(made, new ParallelOptions { MaxDegreeOfParallelism = Askers, CancellationToken = ct }, async (request, cancel) => await deciding.RevokeAsync(request, "Only measured.", cancel));
        foreach (var request in made) await Eventually.UntilAsync(() => deciding.GetAsync<AccessRequest>($"/api/provisioning/requests/{request}", ct), seen => seen.Revocation?.ConfirmedAt is not null, Patience, $"the key of request {request} is gone", ct);
    }

    async Task<IReadOnlyList<double>> TimesAsync(IReadOnlyDictionary<Guid, DateTimeOffset> due, CancellationToken ct)
    {
        var requests = due.Keys.ToList();
        return [.. (await RecordsAsync(requests, ct)).Zip(requests, (record, request) => (record.Credential!.At - due[request]).TotalMilliseconds)];
    }

    async Task<IReadOnlyList<Record>> RecordsAsync(IReadOnlyList<Guid> requests, CancellationToken ct)
    {
        var records = new List<Record>();
        foreach (var request in requests) records.Add(await asking.GetAsync<Record>($"/api/provisioning/requests/{request}", ct));
        return records;
    }

    sealed record Record(Moment? Decision, Moment? Credential);

    sealed record Moment(DateTimeOffset At);
}
