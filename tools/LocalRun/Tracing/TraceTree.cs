using System.Globalization;

namespace DevPortal.LocalRun.Tracing;

/// <summary>Draws the traces of one request. Pure.</summary>
public static class TraceTree
{
    private const int LongestName = 72;

    /// <summary>Every trace with a span that carries the id, in the order of their beginnings, each as a tree.</summary>
    /// <returns>Lines; none if no span carries the id.</returns>
    public static IEnumerable<string> Draw(IEnumerable<WrittenSpan> spans, string correlationId)
    {
        var all = spans.DistinctBy(span => (span.Trace, span.Span)).ToList();
        var wanted = all.Where(span => string.Equals(span.CorrelationId, correlationId, StringComparison.OrdinalIgnoreCase)).Select(span => span.Trace).ToHashSet();
        var traces = all.Where(span => wanted.Contains(span.Trace)).GroupBy(span => span.Trace).OrderBy(trace => trace.Min(span => span.Start)).ToList();
        foreach (var (number, trace) in traces.Index())
        {
            if (number > 0) yield return "";
            foreach (var line in Draw([.. trace])) yield return line;
        }
    }

    private static IEnumerable<string> Draw(IReadOnlyList<WrittenSpan> trace)
    {
        var begin = trace.Min(span => span.Start);
        var end = trace.Max(span => span.Start.AddMilliseconds(span.Milliseconds));
        var known = trace.Select(span => span.Span).ToHashSet();
        // What was called by a span that is lost, or not ended yet, begins a tree of its own.
        var children = trace.ToLookup(span => span.Parent is { } parent && known.Contains(parent) ? parent : "");
        yield return $"trace {trace[0].Trace}  {begin.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture)} UTC  {Milliseconds((end - begin).TotalMilliseconds)} ms over {string.Join(", ", trace.OrderBy(span => span.Start).Select(span => span.Service).Distinct())}";
        yield return $"{"began ms",10} {"took ms",10}";
        foreach (var line in Branch(children, "", begin, 0)) yield return line;
    }

    private static IEnumerable<string> Branch(ILookup<string, WrittenSpan> children, string parent, DateTimeOffset begin, int depth)
    {
        foreach (var span in children[parent].OrderBy(span => span.Start))
        {
            var name = span.Name.Length > LongestName ? span.Name[..LongestName] + "…" : span.Name;
            yield return $"{Milliseconds((span.Start - begin).TotalMilliseconds),10} {Milliseconds(span.Milliseconds),10}  {new string(' ', depth * 2)}{span.Service}  {name}"
                + (span.Status is { } status ? $"  {status}" : "") + (span.Error is { } error ? $"  failed: {error}" : "");
            foreach (var line in Branch(children, span.Span, begin, depth + 1)) yield return line;
        }
    }

    private static string Milliseconds(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
