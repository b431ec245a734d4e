using System.Text.Json.Nodes;

namespace DevPortal.TykStandIn;

/// <summary>A key as tests look at it; the token is not in it (unless the gateway does not hash: then it is what the key is stored under).</summary>
/// <param name="Hash">What the key is stored and listed under.</param>
/// <param name="MetaData">Own meta data with that of the policies merged in.</param>
/// <param name="Applied">By API id: the limits that its policies give it now. Empty rights when no policy is left.</param>
/// <param name="Expires">Unix seconds; 0 never, 1 switched off.</param>
public sealed record StoredKey(
    string Hash,
    string OrgId,
    string Alias,
    IReadOnlyList<string> Tags,
    IReadOnlyDictionary<string, string> MetaData,
    IReadOnlyList<string> Policies,
    IReadOnlyDictionary<string, AppliedLimit> Applied,
    long Expires,
    bool IsInactive)
{
    internal static StoredKey Of(Gateway gateway, string id)
    {
        var session = TykStandIn.Keys.Seen(gateway, id, gateway.Keys.Get(id)!);
        var applied = session.AccessRights.ToDictionary(r => r.Key, r => AppliedLimit.Of(r.Value));
        var metaData = session.MetaData.ToDictionary(m => m.Key, m => Text(m.Value));
        return new(id, session.OrgId, session.Alias, session.Tags, metaData, [.. session.Policies], applied, session.Expires, session.IsInactive);
    }

    static string Text(JsonNode? value) => value?.ToString() ?? "";
}

/// <param name="Rate">Calls per <paramref name="Per"/> seconds; 0 or −1 unlimited.</param>
/// <param name="QuotaMax">Calls per <paramref name="QuotaRenewalRate"/> seconds; 0 or −1 unlimited.</param>
/// <param name="Scope">Name of the product whose counter is used; null for the key's own counter.</param>
public sealed record AppliedLimit(double Rate, double Per, long QuotaMax, long QuotaRenewalRate, long QuotaRemaining, string? Scope)
{
    internal static AppliedLimit Of(AccessRight right) =>
        new(right.Limit.Rate, right.Limit.Per, right.Limit.QuotaMax, right.Limit.QuotaRenewalRate, right.Limit.QuotaRemaining, right.AllowanceScope);
}
