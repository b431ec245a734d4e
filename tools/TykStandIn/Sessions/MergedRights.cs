using System.Text.Json.Nodes;

namespace DevPortal.TykStandIn;

/// <summary>The rights gathered so far, and which part of each API's limits some policy has spoken for.</summary>
sealed class MergedRights
{
    readonly Dictionary<string, AccessRight> rights = [];
    readonly Dictionary<string, string> accessSetBy = [];
    readonly HashSet<string> access = [], quota = [], rate = [], complexity = [];

    public bool HasPerApi { get; private set; }

    public bool HasPartitioned { get; private set; }

    public bool AnyAccess => access.Count > 0;

    public void AddPerApi(Policy policy, Session session)
    {
        foreach (var (api, given) in policy.AccessRights ?? [])
        {
            var right = TykJson.Copy(given);
            if (right.Limit.IsEmpty) (right.Limit, right.AllowanceScope) = (policy.ToLimit(), policy.Id);
            else right.AllowanceScope = api;
            if (session.AccessRights.TryGetValue(api, out var stored) && !stored.Limit.IsEmpty) right.Limit.QuotaRenews = stored.Limit.QuotaRenews;
            if (rights.TryGetValue(api, out var earlier)) KeepTheHigher(right.Limit, earlier.Limit);
            if (right.Limit.QuotaMax == -1) right.Limit.QuotaRenewalRate = 0;

            accessSetBy[api] = right.AllowanceScope!;
            rights[api] = right;
            foreach (var part in (HashSet<string>[])[access, quota, rate, complexity]) part.Add(api);
            HasPerApi = true;
        }
    }

    public void AddParts(Policy policy, Session session)
    {
        foreach (var (api, given) in policy.AccessRights ?? [])
        {
            var right = rights.TryGetValue(api, out var earlier) ? earlier : new AccessRight();
            if (policy.GivesAccess)
            {
                access.Add(api);
                accessSetBy[api] = policy.Id;
                Union(right, given);
            }

            if (policy.GivesQuota)
            {
                quota.Add(api);
                AddQuota(policy, right.Limit, session);
            }

            if (policy.GivesRate)
            {
                rate.Add(api);
                AddRate(policy, right.Limit, session);
            }

            if (policy.GivesComplexity)
            {
                complexity.Add(api);
                if (IsMore(policy.MaxQueryDepth, right.Limit.MaxQueryDepth))
                {
                    right.Limit.MaxQueryDepth = policy.MaxQueryDepth;
                    if (IsMore(policy.MaxQueryDepth, session.MaxQueryDepth)) session.MaxQueryDepth = policy.MaxQueryDepth;
                }
            }

            if (session.AccessRights.TryGetValue(api, out var stored) && !stored.Limit.IsEmpty) right.Limit.QuotaRenews = stored.Limit.QuotaRenews;
            rights[api] = right;
        }

        if (policy.AccessRights is not { Count: > 0 }) OverwriteRoot(policy, session);
        HasPartitioned |= policy.Partitions.Any;
    }

    /// <summary>Drops APIs that only a plan named, lets the others inherit from the session's root and splits the counters.</summary>
    public Dictionary<string, AccessRight> Finish(Session session)
    {
        var splits = accessSetBy.Values.Distinct().Count() > 1;
        foreach (var api in rights.Keys.Except(access).ToList()) rights.Remove(api);
        foreach (var (api, right) in rights)
        {
            var limit = right.Limit;
            if (!rate.Contains(api))
            {
                (limit.Rate, limit.Per, limit.Smoothing) = (session.Rate, session.Per, session.Smoothing?.DeepClone());
                (limit.ThrottleInterval, limit.ThrottleRetryLimit) = (session.ThrottleInterval, session.ThrottleRetryLimit);
            }

            if (!complexity.Contains(api)) limit.MaxQueryDepth = session.MaxQueryDepth;
            if (!quota.Contains(api))
                (limit.QuotaMax, limit.QuotaRenewalRate, limit.QuotaRenews) = (session.QuotaMax, session.QuotaRenewalRate, session.QuotaRenews);
            if (splits && string.IsNullOrEmpty(right.AllowanceScope)) right.AllowanceScope = accessSetBy[api];
        }

        if (quota.Count == 1 && rate.Count == 1 && complexity.Count == 1 && rights.Values.FirstOrDefault()?.Limit is { } only)
        {
            (session.Rate, session.Per, session.Smoothing) = (only.Rate, only.Per, only.Smoothing?.DeepClone());
            (session.QuotaMax, session.QuotaRenews, session.QuotaRenewalRate) = (only.QuotaMax, only.QuotaRenews, only.QuotaRenewalRate);
            session.MaxQueryDepth = only.MaxQueryDepth;
        }

        return rights;
    }

    /// <summary>An unrestricted right adds nothing to a restricted one: the paths stay restricted.</summary>
    static void Union(AccessRight right, AccessRight given)
    {
        right.Versions = [.. (right.Versions ?? []).Union(given.Versions ?? [])];
        right.DisableIntrospection |= given.DisableIntrospection;
        right.RestrictedTypes ??= (JsonArray?)given.RestrictedTypes?.DeepClone();
        right.AllowedTypes ??= (JsonArray?)given.AllowedTypes?.DeepClone();
        right.FieldAccessRights ??= (JsonArray?)given.FieldAccessRights?.DeepClone();
        foreach (var url in given.AllowedUrls ?? [])
        {
            right.AllowedUrls ??= [];
            if (right.AllowedUrls.Find(u => u.Url == url.Url) is { } known) known.Methods = [.. known.Methods.Union(url.Methods)];
            else right.AllowedUrls.Add(new AllowedUrl { Url = url.Url, Methods = [.. url.Methods] });
        }
    }

    static void AddQuota(Policy policy, Limit limit, Session session)
    {
        if (IsMore(policy.QuotaMax, limit.QuotaMax))
        {
            limit.QuotaMax = policy.QuotaMax;
            if (IsMore(policy.QuotaMax, session.QuotaMax)) session.QuotaMax = policy.QuotaMax;
        }

        if (policy.QuotaRenewalRate <= limit.QuotaRenewalRate) return;
        limit.QuotaRenewalRate = policy.QuotaRenewalRate;
        session.QuotaRenewalRate = Math.Max(session.QuotaRenewalRate, policy.QuotaRenewalRate);
    }

    static void AddRate(Policy policy, Limit limit, Session session)
    {
        var offered = policy.ToLimit();
        if (offered.HasRate)
        {
            if (!limit.HasRate || limit.SecondsPerCall > offered.SecondsPerCall) (limit.Rate, limit.Per, limit.Smoothing) = (offered.Rate, offered.Per, offered.Smoothing);
            var root = new Limit { Rate = session.Rate, Per = session.Per };
            if (!root.HasRate || root.SecondsPerCall > offered.SecondsPerCall) (session.Rate, session.Per, session.Smoothing) = (offered.Rate, offered.Per, offered.Smoothing?.DeepClone());
        }

        limit.ThrottleRetryLimit = Math.Max(limit.ThrottleRetryLimit, policy.ThrottleRetryLimit);
        limit.ThrottleInterval = Math.Max(limit.ThrottleInterval, policy.ThrottleInterval);
        session.ThrottleRetryLimit = Math.Max(session.ThrottleRetryLimit, policy.ThrottleRetryLimit);
        session.ThrottleInterval = Math.Max(session.ThrottleInterval, policy.ThrottleInterval);
    }

    static void OverwriteRoot(Policy policy, Session session)
    {
        if (policy.GivesRate)
        {
            (session.Rate, session.Per, session.Smoothing) = (policy.Rate, policy.Per, policy.Smoothing?.DeepClone());
            (session.ThrottleInterval, session.ThrottleRetryLimit) = (policy.ThrottleInterval, policy.ThrottleRetryLimit);
        }

        if (policy.GivesComplexity) session.MaxQueryDepth = policy.MaxQueryDepth;
        if (policy.GivesQuota) (session.QuotaMax, session.QuotaRenewalRate) = (policy.QuotaMax, policy.QuotaRenewalRate);
    }

    static void KeepTheHigher(Limit limit, Limit earlier)
    {
        if (limit.SecondsPerCall > earlier.SecondsPerCall) (limit.Rate, limit.Per, limit.Smoothing) = (earlier.Rate, earlier.Per, earlier.Smoothing);
        if (IsMore(earlier.QuotaMax, limit.QuotaMax)) limit.QuotaMax = earlier.QuotaMax;
        if (IsMore(earlier.QuotaRenewalRate, limit.QuotaRenewalRate)) limit.QuotaRenewalRate = earlier.QuotaRenewalRate;
    }

    /// <summary>−1 is unlimited, so more than any number.</summary>
    static bool IsMore(long first, long second) => second != -1 && (first == -1 || first > second);
}
