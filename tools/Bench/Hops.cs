using System.Diagnostics;
using System.Globalization;
using DevPortal.LocalRun;
using DevPortal.LocalRun.Tracing;

namespace DevPortal.Bench;

/// <summary>Where the time of an approval goes, by the spans that the services have written: each hop from its beginning to that of the next, so that they add up to
/// the whole.</summary>
/// <param name="Call">Its call reads and decides, until it saves.</param>
/// <param name="Commit">The decision, until it is committed.</param>
/// <param name="Relay">Until the relay has it and begins to publish.</param>
/// <param name="Broker">Until credentials receives it; in it the publishing itself.</param>
/// <param name="Consume">The consumer reads and decides, until it saves.</param>
/// <param name="ConsumeCommit">The credential, until it is committed.</param>
/// <param name="Worker">All that the worker does besides the two after it: it is woken, takes its lease, reads, mints the key.</param>
/// <param name="Tyk">All of Tyk's answers.</param>
/// <param name="WorkerCommit">The key that was read back, until it is committed.</param>
/// <param name="Back">The relay and the broker again, until provisioning receives it.</param>
/// <param name="Record">It is consumed and committed: the request has heard of its key.</param>
/// <param name="Consumed">From the first commit until credentials has consumed it.</param>
sealed record Hops(
    double Call, double Commit, double Relay, double Broker, double Consume, double ConsumeCommit, double Worker, double Tyk, double WorkerCommit, double Back, double Record, double Consumed)
{
    /// <summary>Spans are written half a second after they ended.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15), Quiet = TimeSpan.FromSeconds(2);

    const double MostConsumed = 10, MostConsumedP99 = 60;

    /// <summary>Of all approvals that can be followed; nine tenths must be: one whose work another thread took over, at the sweep, is no longer of its trace.</summary>
    /// <param name="since">Of older approvals nothing is said.</param>
    /// <param name="count">So many approvals there were since then.</param>
    public static async Task<IReadOnlyList<Hops>> OfAsync(StateFolder state, DateTimeOffset since, int count, CancellationToken ct)
    {
        var (hops, grown) = (Read(state, since), Stopwatch.GetTimestamp());
        await Poll.UntilAsync(() =>
        {
            var now = Read(state, since);
            if (now.Count > hops.Count) (hops, grown) = (now, Stopwatch.GetTimestamp());
            return Task.FromResult(hops.Count == count || (hops.Count >= count * 9 / 10 && Stopwatch.GetElapsedTime(grown) > Quiet));
        }, Patience, () => $"Of {count} approvals {hops.Count} can be followed through the spans in {state.Logs}.", ct);
        return hops;
    }

    public static IEnumerable<Measured> Say(string when, IReadOnlyList<Hops> hops, int count)
    {
        Measured Line(string what, Func<Hops, double> took) => new($"  {when}: {what}", Said(hops.Select(took)), []);
        return
        [
            Line("the call, until it saves", hop => hop.Call),
            Line("commit", hop => hop.Commit),
            Line("relay", hop => hop.Relay),
            Line("broker", hop => hop.Broker),
            Line("consume, until it saves", hop => hop.Consume),
            Line("commit of the consumer", hop => hop.ConsumeCommit),
            Line("Tyk's answers", hop => hop.Tyk),
            Line("the worker's own", hop => hop.Worker),
            Line("commit of the worker", hop => hop.WorkerCommit),
            Line("relay and broker back", hop => hop.Back),
            Line("consumed and committed", hop => hop.Record),
            new($"  {when}: approvals that these are of", string.Create(CultureInfo.InvariantCulture, $"{hops.Count} of {count} could be followed to the end"), []),
        ];
    }

    public static Measured SayConsumed(string when, IReadOnlyList<Hops> hops)
    {
        var (median, p99) = (Median.Of(hops.Select(hop => hop.Consumed)), Median.Quantile(hops.Select(hop => hop.Consumed), 0.99));
        return new($"{when}: commit to consumed", $"{Said(hops.Select(hop => hop.Consumed))} of {hops.Count}",
            [.. median >= MostConsumed ? [$"p50 under {MostConsumed} ms"] : (string[])[], .. p99 >= MostConsumedP99 ? [$"p99 under {MostConsumedP99} ms"] : (string[])[]]);
    }

    static string Said(IEnumerable<double> times) => string.Create(CultureInfo.InvariantCulture, $"p50 {Median.Of(times):0.0} ms, p99 {Median.Quantile(times, 0.99):0.0} ms");

    static List<Hops> Read(StateFolder state, DateTimeOffset since) =>
        [.. WrittenSpan.ReadAll(state).Where(span => span.Start >= since).DistinctBy(span => (span.Trace, span.Span)).GroupBy(span => span.Trace).Select(trace => Read([.. trace])).OfType<Hops>()];

    /// <summary>Null: not an approval, or not all of it is written yet.</summary>
    static Hops? Read(IReadOnlyList<WrittenSpan> trace)
    {
        WrittenSpan? First(string service, string name, DateTimeOffset from) =>
            trace.Where(span => span.Service == service && span.Name.Contains(name, StringComparison.Ordinal) && span.Start >= from).MinBy(span => span.Start);
        if (First("provisioning", "/approve", default) is not { } call
            || First("provisioning", "commit", call.Start) is not { } decided
            || First("provisioning", "announce ", decided.Start) is not { } announced
            || First("credentials", " receive", announced.Start) is not { } heard
            || First("credentials", "commit", heard.Start) is not { } issued
            || First("credentials", "converge ", issued.Start) is not { } converged
            || trace.Where(span => span is { Service: "credentials" } && span.Name.StartsWith("GET /tyk/keys", StringComparison.Ordinal)).MaxBy(span => span.Start) is not { } read
            || First("credentials", "commit", End(read)) is not { } kept
            || First("credentials", "announce ", kept.Start) is not { } active
            || First("provisioning", " receive", active.Start) is not { } recorded) return null;
        var tyk = trace.Where(span => span.Service == "credentials" && span.Name.Contains(" /tyk/", StringComparison.Ordinal)).Sum(span => span.Milliseconds);
        var (decidedAt, issuedAt, keptAt) = (Committed(decided, announced.Start), Committed(issued, converged.Start), Committed(kept, active.Start));
        return new(
            Between(call.Start, decided.Start), Between(decided.Start, decidedAt), Between(decidedAt, announced.Start), Between(announced.Start, heard.Start),
            Between(heard.Start, issued.Start), Between(issued.Start, issuedAt), Between(issuedAt, kept.Start) - tyk, tyk, Between(kept.Start, keptAt),
            Between(keptAt, recorded.Start), recorded.Milliseconds, Between(decidedAt, End(heard)));
    }

    /// <summary>Its span ends when the session has heard of it; who looks by himself may have found it before.</summary>
    static DateTimeOffset Committed(WrittenSpan commit, DateTimeOffset seen) => seen < End(commit) ? seen : End(commit);

    static DateTimeOffset End(WrittenSpan span) => span.Start.AddMilliseconds(span.Milliseconds);

    static double Between(DateTimeOffset from, DateTimeOffset to) => (to - from).TotalMilliseconds;
}
