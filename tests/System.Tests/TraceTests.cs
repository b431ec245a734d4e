using DevPortal.Demo.Api;
using DevPortal.LocalRun.Tracing;
using Xunit;

namespace DevPortal.SystemTests;

[Collection(InObservedPortal.Name)]
public sealed class TraceTests(ObservedPortal observed)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_approval_is_one_trace_from_the_gateway_to_the_call_to_Tyk()
    {
        var request = await observed.Scene.GrantAsync("To be traced", Ct);

        var approval = await UntilExportedAsync(span => span.Service == "gateway" && span.Attributes.GetValueOrDefault("url.path") == $"/api/provisioning/requests/{request.Id}/approve");
        var create = await UntilExportedAsync(span => span.TraceId == approval.TraceId && span.Name == "POST /tyk/keys/{key}");

        // From the call to Tyk back to the call that caused it, without a gap.
        var way = await Eventually.UntilAsync(() => Task.FromResult(WayTo(create)), way => way[^1].Id == approval.Id, TimeSpan.FromSeconds(30), "the whole way is exported", Ct);
        Assert.Equal(["credentials", "provisioning", "gateway"], way.Select(span => span.Service).Distinct());
        Assert.Contains(way, span => span.Name == "announce ProvisioningRequestApproved");
    }

    [Fact]
    public async Task All_that_was_done_for_one_request_is_drawn_as_trees_over_all_processes()
    {
        var request = await observed.Scene.GrantAsync("To be drawn", Ct);

        // Submission and approval are a trace each, and both begin at the gateway. Programs write their spans each in its own time.
        await Eventually.UntilAsync(
            () => Task.FromResult(string.Join('\n', TraceTree.Draw(WrittenSpan.ReadAll(observed.Portal.Run.State), request.CorrelationId.ToString())).Split("\n\n")),
            traces => traces.Length >= 2 && traces.Any(trace => trace.Contains("gateway  POST", StringComparison.Ordinal) && trace.Contains("provisioning  commit", StringComparison.Ordinal)
                && trace.Contains("announce ProvisioningRequestApproved", StringComparison.Ordinal) && trace.Contains("credentials  converge credential", StringComparison.Ordinal)
                && trace.Contains("credentials  POST /tyk/keys/{key}  200", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(30), "approval and key are drawn as one tree", Ct);
    }

    Task<Span> UntilExportedAsync(Func<Span, bool> isIt) => Eventually.UntilAsync(
        () => Task.FromResult(observed.Collector.Spans.FirstOrDefault(isIt)), span => span is not null, TimeSpan.FromSeconds(30), "the span is exported", Ct)!;

    List<Span> WayTo(Span span)
    {
        var known = observed.Collector.Spans.Where(other => other.TraceId == span.TraceId).DistinctBy(other => other.Id).ToDictionary(other => other.Id);
        var way = new List<Span> { span };
        while (known.TryGetValue(way[^1].ParentId, out var parent)) way.Add(parent);
        return way;
    }
}
