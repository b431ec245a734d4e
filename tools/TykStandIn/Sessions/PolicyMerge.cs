
namespace DevPortal.TykStandIn;

/// <summary>
/// What several policies give one key together. Pure: changes the session it is handed and nothing else. Runs when a key is
/// written and again at every read and call, so a changed policy works at once while a vanished one leaves what was stored.
/// </summary>
static class PolicyMerge
{
    /// <summary>Finds a policy by organisation and id; both must match.</summary>
    public delegate Policy? Find(string organisation, string id);

    /// <returns>Null, or why the policies can't be applied in the gateway's words; the session is half changed then, as there.</returns>
    public static string? Apply(Session session, Find find, string? apiOrganisation = null)
    {
        var ids = session.Policies;
        if (ids.Count == 0)
        {
            ScopeOwnLimits(session);
            return null;
        }

        Policy? Named(string id) => find(session.OrgId.Length > 0 ? session.OrgId : apiOrganisation ?? "", id);
        ClearWhatPoliciesOwn(session, ids, Named);

        var merged = new MergedRights();
        var inactive = false;
        var anyFound = false;
        foreach (var id in ids)
        {
            if (Named(id) is not { } policy)
            {
                if (ids.Count > 1) continue;
                return $"policy not found: \"{id}\"";
            }

            if (apiOrganisation is not null && policy.OrgId != apiOrganisation)
                return "attempting to apply policy from different organisation to key, skipping";
            if (policy.Partitions is { PerApi: true, Any: true })
                return $"cannot apply policy {policy.Id} which has per_api and any of partitions set";
            if (policy.Partitions.PerApi ? merged.HasPartitioned : policy.Partitions.Any && merged.HasPerApi)
                return "cannot apply multiple policies when some have per_api set and some are partitioned";

            if (policy.Partitions.PerApi) merged.AddPerApi(policy, session);
            else merged.AddParts(policy, session);

            anyFound = true;
            inactive |= policy.IsInactive;
            foreach (var (name, value) in policy.MetaData ?? []) session.MetaData[name] = value;
            foreach (var tag in policy.Tags ?? []) if (!session.Tags.Contains(tag)) session.Tags.Add(tag);
        }

        // The key's own flag counts only when no policy is applied.
        if (anyFound) session.IsInactive = inactive;
        var rights = merged.Finish(session);
        if (merged.AnyAccess) session.AccessRights = rights;
        return rights.Count == 0 ? "key has no valid policies to be applied" : null;
    }

    /// <summary>Without policies an API with a limit of its own is counted on its own.</summary>
    static void ScopeOwnLimits(Session session)
    {
        foreach (var (api, right) in session.AccessRights)
        {
            if (!right.Limit.IsEmpty) right.AllowanceScope = api;
        }
    }

    /// <summary>Stops at the first policy it can't find: that is why limits of a vanished plan stay.</summary>
    static void ClearWhatPoliciesOwn(Session session, IReadOnlyList<string> ids, Func<string, Policy?> named)
    {
        foreach (var id in ids)
        {
            if (named(id) is not { } policy) return;
            if (policy.GivesQuota) session.QuotaMax = session.QuotaRemaining = 0;
            if (policy.GivesComplexity) session.MaxQueryDepth = 0;
            if (!policy.GivesRate) continue;
            session.Rate = session.Per = session.ThrottleInterval = session.ThrottleRetryLimit = 0;
            session.Smoothing = null;
        }
    }
}
