using DevPortal.ServiceDefaults;
using Marten;

namespace DevPortal.Provisioning;

/// <summary>Requests that wait for somebody: for an admin's decision, or for the key at the gateway.</summary>
static class RequestFigures
{
    const string Waiting = "devportal.requests.waiting", Longest = "devportal.requests.waiting.longest";

    public static readonly Figure[] All =
    [
        new(Waiting, "{request}", "Requests that wait, by what they wait for."),
        new(Longest, "s", "How long the oldest of them has waited."),
    ];

    public static async Task<IReadOnlyList<Reading>> ReadAsync(IServiceProvider services, CancellationToken cancel)
    {
        var session = services.GetRequiredService<IQuerySession>();
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var readings = new List<Reading>();
        foreach (var (state, what) in new[] { (RequestState.Pending, "decision"), (RequestState.Approved, "key") })
        {
            var tag = KeyValuePair.Create("for", (object?)what);
            // Ids tell the order of submission; both go by the index of state and id.
            var oldest = await session.Query<ProvisioningRequest>().Where(request => request.State == state).OrderBy(request => request.Id).FirstOrDefaultAsync(cancel);
            readings.Add(new(Waiting, oldest is null ? 0 : await session.Query<ProvisioningRequest>().CountAsync(request => request.State == state, cancel), tag));
            var since = oldest?.State == RequestState.Approved ? oldest.Decided?.At : oldest?.SubmittedAt;
            readings.Add(new(Longest, since is { } began ? Math.Max(0, (now - began).TotalSeconds) : 0, tag));
        }

        return readings;
    }
}
