using DevPortal.LocalRun.Tracing;
using Xunit;

namespace DevPortal.LocalRun.Tests;

public sealed class TraceTreeTests
{
    private static readonly Guid Id = Guid.Parse("019aaaaa-0000-7000-8000-000000000001");
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_request_is_drawn_as_trees_over_all_processes_in_the_order_of_time()
    {
        var lines = TraceTree.Draw(
            [
                Span("b", "b1", "gateway", "POST /approve", 2000, 30) with { CorrelationId = Id.ToString(), Status = 200 },
                Span("a", "a3", "credentials", "converge credential", 50, 12.5, "a2") with { CorrelationId = Id.ToString().ToUpperInvariant() },
                Span("a", "a1", "gateway", "POST /requests", 0, 20),
                Span("a", "a2", "provisioning", "SubmitRequest", 5, 10, "a1") with { Error = "TimeoutException" },
                Span("c", "c1", "gateway", "GET /elsewhere", 1000, 5),
            ],
            Id.ToString()).ToList();

        Assert.Equal(
            [
                "trace a  2026-03-01 12:00:00.000 UTC  62.5 ms over gateway, provisioning, credentials",
                "  began ms    took ms",
                "       0.0       20.0  gateway  POST /requests",
                "       5.0       10.0    provisioning  SubmitRequest  failed: TimeoutException",
                "      50.0       12.5      credentials  converge credential",
                "",
                "trace b  2026-03-01 12:00:02.000 UTC  30.0 ms over gateway",
                "  began ms    took ms",
                "       0.0       30.0  gateway  POST /approve  200",
            ],
            lines);
    }

    [Fact]
    public void A_span_whose_caller_was_lost_begins_a_tree_of_its_own() =>
        Assert.Contains(TraceTree.Draw([Span("a", "a2", "catalog", "consume", 0, 1, "lost") with { CorrelationId = Id.ToString() }], Id.ToString()), line => line.EndsWith("1.0  catalog  consume", StringComparison.Ordinal));

    [Theory]
    [InlineData("")]
    [InlineData("{\"trace\":\"a\",\"span\":\"b\",\"serv")]
    [InlineData("{}")]
    public void A_line_that_was_cut_is_passed_over(string line) => Assert.Null(WrittenSpan.Parse(line));

    [Fact]
    public void An_id_that_no_span_carries_draws_nothing() => Assert.Empty(TraceTree.Draw([Span("a", "a1", "gateway", "GET /", 0, 1)], Id.ToString()));

    private static WrittenSpan Span(string trace, string id, string service, string name, double at, double took, string? parent = null) =>
        new(trace, id, service, name, Noon.AddMilliseconds(at), took, parent);
}
