using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;

namespace DevPortal.Demo.Breaking;

/// <summary>What is there in the end, counted at the portal and at Tyk.</summary>
/// <param name="Requests">Walks that were begun.</param>
/// <param name="Keys">Keys at Tyk that belong to them.</param>
/// <param name="Lost">Requests whose key is not there or does not work.</param>
/// <param name="Doubled">Requests, credentials or keys that are there more than once, or still there after a revocation.</param>
public sealed record Reckoning(int Requests, int Keys, IReadOnlyList<string> Lost, IReadOnlyList<string> Doubled, TimeSpan LongestWait)
{
    internal static async Task<Reckoning> OfAsync(Scene scene, IReadOnlyList<Flow> flows, IReadOnlyList<string> failed, Flow revoked, TykFaults tyk, CancellationToken ct)
    {
        var keys = await tyk.KeysAsync(ct);
        var (lost, doubled) = (failed.ToList(), new List<string>());
        foreach (var flow in flows)
        {
            var requests = await scene.Consumer.Portal.ListAsync<AccessRequest>($"/api/provisioning/requests?appId={flow.AppId}", ct);
            var credentials = await scene.Consumer.Portal.ListAsync<Credential>($"/api/credentials/apps/{flow.AppId}/credentials", ct);
            if (requests.Count > 1) doubled.Add($"{flow} is there {requests.Count} times");
            if (credentials.Count > 1) doubled.Add($"{flow} has {credentials.Count} credentials");
            var there = keys[flow.CredentialId].Count();
            if (flow == revoked)
            {
                if (there > 0) doubled.Add($"{flow} was revoked and still has {there} key at Tyk");
                continue;
            }
            if (there > 1) doubled.Add($"{flow} has {there} keys at Tyk");
            if (there == 0 || requests is not [{ State: "provisioned" }]) lost.Add($"{flow} has {there} keys at Tyk and is {string.Join(", ", requests.Select(request => request.State))}");
            else if (await scene.Tyk.CallAsync(flow.Url, flow.Key, ct) is var status and not 200) lost.Add($"the key of {flow} is answered with {status}");
        }
        return new Reckoning(flows.Count + failed.Count, flows.Sum(flow => keys[flow.CredentialId].Count()), lost, doubled, flows.Max(flow => flow.Waited));
    }
}
