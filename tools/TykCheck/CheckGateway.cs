using System.Net;
using DevPortal.Tyk;

namespace DevPortal.TykCheck;

/// <summary>Tests whether a gateway can be a source. Makes one key that is expired and opens nothing, and takes it away again.</summary>
public sealed class CheckGateway(GatewayAddress address)
{
    private const int MostNamed = 5;

    public async IAsyncEnumerable<Finding> RunAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        using var lane = new GatewayLane(address);
        switch (await lane.Gateway.Hello(ct))
        {
            case Hello.Failed(var reason):
                yield return new("reachable", Verdict.Bad, $"The gateway does not answer ({reason}).", "tyk-url is the address of the gateway's control API: one node, or a TCP balancer. Is it running, and may this machine call it?");
                yield break;
            case Hello.Said said:
                yield return new("reachable", Verdict.Good, $"A gateway {said.Version ?? "of unknown version"} answers.");
                if (said.Store is { } store and not "pass") yield return new("store", Verdict.Bad, $"Its Redis is not well: {store}.", "Without Redis no key can be made, and none works.");
                break;
        }

        var policies = await lane.Gateway.Policies(ct);
        if (policies is not Listing<TykPolicy>.Listed(var known, var broken))
        {
            var reason = policies is Listing<TykPolicy>.Failed(var why) ? why : "no answer";
            yield return reason.Contains("403", StringComparison.Ordinal)
                ? new("secret", Verdict.Bad, $"The gateway refuses the secret ({reason}).", "tyk-secret is the value of secret in tyk.conf, or TYK_GW_SECRET.")
                : new("policies", Verdict.Bad, $"Policies can't be listed ({reason}).", "The control API must be reached at tyk-url; with control_api_port set it has a port of its own.");
            yield break;
        }

        yield return new("secret", Verdict.Good, "It takes the secret.");
        foreach (var finding in Policies(known, broken)) yield return finding;
        await foreach (var finding in KeysAsync(lane, ct)) yield return finding;
        yield return new(
            "session-cache", Verdict.Unknown, "Whether sessions are cached can't be seen from the control API: with the cache a revoked key works up to 10 s longer.",
            "Set local_session_cache.disable_cached_session_state: true where revocation must be immediate.");
    }

    private IEnumerable<Finding> Policies(IReadOnlyList<TykPolicy> policies, IReadOnlyList<string> broken)
    {
        foreach (var entry in broken.Take(MostNamed)) yield return new("policy-broken", Verdict.Warning, $"A policy can't be read: {entry}.", "Mend it; the others are not concerned.");
        if (policies.Count == 0)
        {
            yield return new("policies", Verdict.Warning, "The gateway has no policies, so there is nothing to offer.", "docs/tyk.md says how to make the two kinds.");
            yield break;
        }

        var orphans = policies.Where(policy => string.IsNullOrEmpty(policy.OrgId)).Select(policy => policy.Id).ToList();
        if (orphans.Count > 0)
            yield return new("policy-without-org", Verdict.Warning, $"{orphans.Count} policies have no org_id and can't be used: {Named(orphans)}.", $"Give each \"org_id\": \"{address.OrgId}\" and reload.");

        var own = policies.Where(policy => policy.OrgId == address.OrgId).ToList();
        var others = policies.Select(policy => policy.OrgId).Where(org => !string.IsNullOrEmpty(org) && org != address.OrgId).OfType<string>().Distinct().ToList();
        if (own.Count == 0)
        {
            yield return new("organisation", Verdict.Bad, $"No policy belongs to the organisation '{address.OrgId}'{(others.Count > 0 ? $", but to {Named(others)}" : "")}.", "tyk-org-id is the org_id that stands in your policies and APIs.");
            yield break;
        }

        yield return new("organisation", Verdict.Good, $"{own.Count} of {policies.Count} policies belong to the organisation.");
        var classes = own.Select(policy => (policy, Class: ClassifyPolicy.Classify(policy))).ToList();
        var products = classes.Count(entry => entry.Class is PolicyClass.Product);
        var plans = classes.Count(entry => entry.Class is PolicyClass.Plan);
        yield return new(
            "policy-kinds", products > 0 && plans > 0 ? Verdict.Good : Verdict.Warning, $"{products} become products, {plans} become plans, {own.Count - products - plans} neither.",
            products > 0 && plans > 0 ? null : "A request needs one of each: docs/tyk.md says how to make them.");
        foreach (var (policy, neither) in classes.Where(entry => entry.Class is PolicyClass.Neither).Take(MostNamed).Select(entry => (entry.policy, (PolicyClass.Neither)entry.Class)))
            yield return new("policy-neither", Verdict.Warning, $"{policy.Id} ({policy.Name}): {neither.Reason}.");
        var inactive = own.Where(policy => !policy.IsActive).Select(policy => policy.Id).ToList();
        if (inactive.Count > 0) yield return new("policy-inactive", Verdict.Warning, $"Not active, and blocking every key that has them: {Named(inactive)}.");
    }

    private async IAsyncEnumerable<Finding> KeysAsync(GatewayLane lane, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var id = new SecretText($"devportal-check-{Guid.NewGuid():N}");
        KeyHash hash;
        switch (await lane.Gateway.CreateKey(id, KeySpec.ExpiredAndPowerless(address.OrgId), ct))
        {
            case KeyCreation.Created created when SourceCheck.Refuse(created) is { } refusal:
                yield return new(refusal.Code, Verdict.Bad, $"The source would be refused: {refusal.Reason}.", $"{char.ToUpperInvariant(refusal.Remedy[0])}{refusal.Remedy[1..]}.");
                // Without a good hash there is nothing to take it away by, but its id.
                await DeleteByIdAsync(id, ct);
                yield break;
            case KeyCreation.Created { Hash: { } made }:
                hash = made;
                break;
            case KeyCreation.Refused(var message):
                yield return new("key-create", Verdict.Bad, $"It refuses to make a key: {message}.");
                yield break;
            case KeyCreation.Failed(var reason, _):
                yield return new("key-create", Verdict.Bad, $"A key can't be made ({reason}).", "A gateway that has lost its Redis answers so.");
                yield break;
            default:
                yield break;
        }

        yield return new("hash_keys", Verdict.Good, $"Keys are hashed with {hash.Reveal().Length * 4} bits: {Function(hash)}.");
        yield return await lane.BelievedAsync(hash, static (gateway, cancel) => gateway.ListKeyHashes(cancel), ct) switch
        {
            Pass<KeyListing>.Believed => new("close_connections", Verdict.Good, "Connections stay open, so a missing key can be told from a lost Redis."),
            Pass<KeyListing>.Doubted(_, var reason) => new(
                "close_connections", Verdict.Bad, $"What is missing there could never be believed ({reason}), so no revocation would ever be confirmed.",
                "Set http_server_options.close_connections: false, and let nothing between us close or share out connections: tyk-url is one node, or a TCP balancer."),
            Pass<KeyListing>.NotMade(var reason, _) => new("key-read", Verdict.Bad, $"The key that was just made can't be read back by its hash ({reason}).", "tyk-url must reach nodes that share one Redis."),
            _ => throw new InvalidOperationException("A pass has three outcomes."),
        };
        yield return await lane.Gateway.ListKeyHashes(ct) switch
        {
            KeyListing.Listed(var hashes) => new("enable_hashed_keys_listing", Verdict.Good, $"Keys can be listed ({hashes.Count})."),
            KeyListing.Disabled => new("enable_hashed_keys_listing", Verdict.Good, "Keys are not listed. The portal does not need it."),
            KeyListing.Failed(var reason) => new("enable_hashed_keys_listing", Verdict.Warning, $"The list of keys fails ({reason}). The portal does not need it."),
            _ => throw new InvalidOperationException("A list has three outcomes."),
        };
        yield return await ReadByIdAsync(id, ct) switch
        {
            HttpStatusCode.OK => new("disable_key_actions_by_username", Verdict.Good, "Off: keys can also be read by their id. The portal goes by hash, so either will do."),
            HttpStatusCode.NotFound => new("disable_key_actions_by_username", Verdict.Good, "On: keys are found by hash alone. The portal goes by hash, so either will do."),
            var other => new("disable_key_actions_by_username", Verdict.Unknown, $"A read by id answers {(other is { } status ? $"{(int)status}" : "nothing")}."),
        };
        yield return await lane.Gateway.DeleteKey(hash, ct) is KeyChange.Done
            ? new("key-delete", Verdict.Good, "The key that was made for this check is taken away again.")
            : new("key-delete", Verdict.Bad, "The key that was made for this check can't be taken away by its hash, so no revocation would work.", "It is expired and opens nothing; its id begins with devportal-check-.");
    }

    /// <summary>The function by the length of what it makes.</summary>
    private static string Function(KeyHash hash) => hash.Reveal().Length switch
    {
        16 => "murmur64",
        32 => "murmur128",
        64 => "sha256",
        _ => "a function unknown here",
    };

    private async Task<HttpStatusCode?> ReadByIdAsync(SecretText id, CancellationToken ct) => await SendAsync(HttpMethod.Get, id, ct);

    private async Task DeleteByIdAsync(SecretText id, CancellationToken ct) => await SendAsync(HttpMethod.Delete, id, ct);

    /// <summary>By the id that we chose, which the portal itself never does.</summary>
    private async Task<HttpStatusCode?> SendAsync(HttpMethod method, SecretText id, CancellationToken ct)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        using var request = new HttpRequestMessage(method, $"{address.Url.AbsoluteUri.TrimEnd('/')}/tyk/keys/{id.Reveal()}?org_id={Uri.EscapeDataString(address.OrgId)}");
        request.Headers.Add("X-Tyk-Authorization", address.Secret.Reveal());
        try
        {
            using var answer = await http.SendAsync(request, ct);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (TaskCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }

    private static string Named(List<string> names) => string.Join(", ", names.Take(MostNamed)) + (names.Count > MostNamed ? ", …" : "");
}
