using DevPortal.Demo.Api;
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
