namespace DevPortal.Contracts.TykSync;

/// <summary>What a Tyk policy becomes in the portal.</summary>
public enum PolicyKind { Product, Plan }

/// <summary>Limits of a plan's policy. Null means unlimited.</summary>
/// <param name="Rate">Calls per <paramref name="Per"/> seconds.</param>
/// <param name="Per">Seconds.</param>
/// <param name="Quota">Calls per <paramref name="QuotaRenewal"/> seconds.</param>
/// <param name="QuotaRenewal">Seconds.</param>
public sealed record Limits(double? Rate, double? Per, long? Quota, long? QuotaRenewal);

/// <summary>A Tyk policy that is a product or a plan was found, changed, hidden, or came back; carries all that is known of it.</summary>
/// <param name="Origin">The event in the policy's stream; the stream's id is the product's or plan's id everywhere.</param>
/// <param name="Source">Name of the Tyk source in the configuration.</param>
/// <param name="OrgId">Tyk organisation.</param>
/// <param name="PolicyId">The policy's id at the gateway (not unique across organisations).</param>
/// <param name="Kind">Product or plan.</param>
/// <param name="Name">The policy's name at Tyk.</param>
/// <param name="HiddenBecause">Null while it is there and active; else why it is hidden (vanished, inactive, draft …).</param>
/// <param name="ApiIds">Products: ids (at the gateway) of the APIs that the policy opens.</param>
/// <param name="Limits">Plans: the limits.</param>
/// <param name="KeyExpiresIn">Seconds that the policy gives a new key; 0 = never expires.</param>
/// <param name="SuspendPossible">False where <c>post_expiry_action</c> is delete.</param>
/// <param name="Warnings">For admins: unknown APIs and the like.</param>
public sealed record TykPolicyChanged(
    Origin Origin, string Source, string OrgId, string PolicyId, PolicyKind Kind, string Name, string? HiddenBecause,
    string[] ApiIds, Limits? Limits, long KeyExpiresIn, bool SuspendPossible, string[] Warnings) : IMessage;

/// <summary>An API at Tyk was found, changed, hidden, or came back; carries all that the portal shows of it.</summary>
/// <param name="Origin">The event in the API's stream; the stream's id is the API's id in the portal.</param>
/// <param name="Source">Name of the Tyk source.</param>
/// <param name="OrgId">Tyk organisation.</param>
/// <param name="ApiId">The API's id at the gateway.</param>
/// <param name="Name">Name at Tyk, without category suffixes.</param>
/// <param name="ListenPath">Path at the gateway.</param>
/// <param name="Address">Where consumers call it: the source's public URL and the listen path; null if no public URL is set.</param>
/// <param name="Authentication">Kinds of credential that it accepts: <c>authToken</c>, <c>keyless</c>, <c>jwt</c>, <c>basic</c>, <c>oauth</c>, <c>mutualTls</c> …</param>
/// <param name="HiddenBecause">Null while it is there and active.</param>
/// <param name="OpenApi">The OpenAPI document, without Tyk's extension, with the public server; null for classic APIs.</param>
public sealed record TykApiChanged(
    Origin Origin, string Source, string OrgId, string ApiId, string Name, string ListenPath, string? Address,
    string[] Authentication, string? HiddenBecause, string? OpenApi) : IMessage;
