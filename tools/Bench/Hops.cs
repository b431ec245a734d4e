using DevPortal.LocalRun;
using DevPortal.LocalRun.Tracing;

namespace DevPortal.Bench;

/// <summary>Where the time of an approval goes, by the spans that the services have written: each hop from its beginning to that of the next.</summary>
static class Hops
{
    /// <summary>Spans are written half a second after they ended.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    const double MostConsumed = 10, MostConsumedP99 = 60;

    /// <param name="since">Of older approvals nothing is said.</param>
    /// <param name="count">So many approvals there were since then.</param>
    public static async Task<IReadOnlyList<Measured>> OfAsync(StateFolder state, string when, DateTimeOffset since, int count, CancellationToken ct)
    {
        IReadOnlyList<Hop> hops = [];
        // One that another thread of work took over, at the sweep, is no longer of its trace.
        var enough = count * 9 / 10;
        await Poll.UntilAsync(() =>
        {
            hops = [.. WrittenSpan.ReadAll(state).Where(span => span.Start >= since).DistinctBy(span => (span.Trace, span.Span)).GroupBy(span => span.Trace).Select(trace => Read([.. trace])).OfType<Hop>()];
            return Task.FromResult(hops.Count >= enough);
        }, Patience, () => $"Of {count} approvals {hops.Count} can be followed through the spans in {state.Logs}.", ct);

        Measured Line(string what, Func<Hop, double> took) => new($"  {what}", Said(hops.Select(took)), []);
        var (median, p99) = (Median.Of(hops.Select(hop => hop.Consumed)), Median.Quantile(hops.Select(hop => hop.Consumed), 0.99));
        return
        [
            Line($"{when}: the call, until it is committed and the relay has it", hop => hop.Commit),
            Line("published, until it is received", hop => hop.Broker),
            Line("consumed and committed, until a worker has the credential", hop => hop.Consume),
            Line("worker: Tyk's answers", hop => hop.Tyk),
            Line("worker: all else, until it is committed and the relay has it", hop => hop.Worker),
            Line("published, until it is received", hop => hop.BrokerBack),
            Line("consumed and committed", hop => hop.Record),
            new($"{when}: commit to consumed", $"{Said(hops.Select(hop => hop.Consumed))} of {hops.Count} of {count} that can be followed",
                [.. median >= MostConsumed ? [$"p50 under {MostConsumed} ms"] : (string[])[], .. p99 >= MostConsumedP99 ? [$"p99 under {MostConsumedP99} ms"] : (string[])[]]),
        ];
    }

    static string Said(IEnumerable<double> times) => $"p50 {Median.Of(times):0.0} ms, p99 {Median.Quantile(times, 0.99):0.0} ms";

    /// <summary>Null: not an approval, or not all of it is written yet.</summary>
    static Hop? Read(IReadOnlyList<WrittenSpan> trace)
    {
        WrittenSpan? First(string service, string name, DateTimeOffset from) =>
            trace.Where(span => span.Service == service && span.Name.Contains(name, StringComparison.Ordinal) && span.Start >= from).MinBy(span => span.Start);
        if (First("provisioning", "/approve", default) is not { } call
            || First("provisioning", "announce ", call.Start) is not { } announced
            || First("credentials", " receive", announced.Start) is not { } heard
            || First("credentials", "converge ", heard.Start) is not { } converged
            || trace.Where(span => span is { Service: "credentials" } && span.Name.StartsWith("GET /tyk/keys", StringComparison.Ordinal)).MaxBy(span => span.Start) is not { } read
            || First("credentials", "announce ", End(read)) is not { } active
            || First("provisioning", " receive", active.Start) is not { } recorded) return null;
        var tyk = trace.Where(span => span.Service == "credentials" && span.Name.Contains(" /tyk/", StringComparison.Ordinal)).Sum(span => span.Milliseconds);
        var committed = announced.Start < End(call) ? announced.Start : End(call);
        return new(
            Between(call.Start, announced.Start), Between(announced.Start, heard.Start), Between(heard.Start, converged.Start), tyk,
            Between(converged.Start, active.Start) - tyk, Between(active.Start, recorded.Start), recorded.Milliseconds, Between(committed, End(heard)));
    }

    static DateTimeOffset End(WrittenSpan span) => span.Start.AddMilliseconds(span.Milliseconds);

    static double Between(DateTimeOffset from, DateTimeOffset to) => (to - from).TotalMilliseconds;

    sealed record Hop(double Commit, double Broker, double Consume, double Tyk, double Worker, double BrokerBack, double Record, double Consumed);
}
