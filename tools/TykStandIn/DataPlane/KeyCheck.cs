using System.Text.RegularExpressions;

namespace DevPortal.TykStandIn;

/// <summary>The checks in Tyk's order: key, inactive, expired, API, path, rate, quota.</summary>
static class KeyCheck
{
    const int ShortestKey = 3;

    static readonly TimeSpan PatternTimeout = TimeSpan.FromSeconds(1);

    public static Verdict Of(Gateway gateway, ApiDefinition api, string path, HttpRequest request)
    {
        var sent = request.Headers[api.KeyHeader].ToString();
        if (sent.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) sent = sent["Bearer ".Length..];
        if (sent.Length == 0) return new(401, "Authorization field missing");
        if (Find(gateway, api, sent, storeIsDown: request.HttpContext.Items.ContainsKey(DataPlane.NoStore)) is not { } key
            || gateway.Merge(key.Session, api.OrgId) is not null)
            return new(403, "Access to this API has been disallowed");

        var session = key.Session;
        if (session.IsInactive) return new(403, "Key is inactive, please renew");
        if (session.HasExpired(gateway.Clock.GetUtcNow())) return new(401, "Key has expired, please renew");
        if (!session.AccessRights.TryGetValue(api.Id, out var right)) return new(403, "Access to this API has been disallowed");
        if (!IsAllowed(right, request.Method, path)) return new(403, "Access to this resource has been disallowed");
        return Count(gateway, key, right);
    }

    static FoundKey? Find(Gateway gateway, ApiDefinition api, string sent, bool storeIsDown) =>
        sent.Length < ShortestKey ? null
        : gateway.Cache.GetOrFind(sent, () => storeIsDown ? null : gateway.Keys.Find(api.OrgId, sent, hashed: false));

    static bool IsAllowed(AccessRight right, string method, string path) =>
        right.AllowedUrls is not { Count: > 0 } urls
        || urls.Exists(u => u.Methods.Contains(method) && Matches(u.Url, path));

    /// <summary>A pattern that is none matches nothing.</summary>
    static bool Matches(string pattern, string path)
    {
        try
        {
            return Regex.IsMatch(path, pattern, RegexOptions.CultureInvariant, PatternTimeout);
        }
        catch (Exception e) when (e is RegexParseException or RegexMatchTimeoutException)
        {
            return false;
        }
    }

    static Verdict Count(Gateway gateway, FoundKey key, AccessRight right)
    {
        // An API without a limit of its own uses the session's.
        var session = key.Session;
        var limit = !right.Limit.IsEmpty ? right.Limit
            : new Limit { Rate = session.Rate, Per = session.Per, QuotaMax = session.QuotaMax, QuotaRenewalRate = session.QuotaRenewalRate, QuotaRenews = session.QuotaRenews };
        var scope = string.IsNullOrEmpty(right.AllowanceScope) ? "" : right.AllowanceScope + "-";
        var name = scope + CountedAs(key);

        if (limit.Rate > 0 && gateway.Counters.Hit($"rate-{name}", limit.Per) >= (int)limit.Rate) return new(429, "Rate Limit Exceeded");
        if (limit.QuotaMax is -1 or 0) return Verdict.Pass with { Limit = limit.QuotaMax };

        var used = gateway.Counters.Increment($"quota-{name}", limit.QuotaRenewalRate);
        if (used > limit.QuotaMax) return new(403, "Quota exceeded");
        if (used == 1) limit.QuotaRenews = BeginPeriod(gateway, key, limit, right.AllowanceScope);
        return Verdict.Pass with { Limit = limit.QuotaMax, Remaining = limit.QuotaMax - used, Renews = limit.QuotaRenews };
    }

    /// <summary>The first call of a period writes the merged session back; its limits are what stays when the plan vanishes.</summary>
    static long BeginPeriod(Gateway gateway, FoundKey key, Limit limit, string? scope)
    {
        var renews = gateway.Clock.GetUtcNow().ToUnixTimeSeconds() + limit.QuotaRenewalRate;
        foreach (var right in key.Session.AccessRights.Values)
        {
            if ((right.AllowanceScope ?? "") == (scope ?? "") && !right.Limit.IsEmpty) right.Limit.QuotaRenews = renews;
        }

        if (string.IsNullOrEmpty(scope)) key.Session.QuotaRenews = renews;
        if (gateway.Keys.Has(key.Id)) gateway.Keys.Put(key.Id, key.Session);
        return renews;
    }

    /// <summary><c>rate_limit_pattern</c> in the meta data replaces the key in the counters' names, so several keys can share them.</summary>
    static string CountedAs(FoundKey key)
    {
        const string variable = "$tyk_meta.";
        if (!key.Session.MetaData.TryGetValue("rate_limit_pattern", out var value) || value?.ToString() is not { Length: > 0 } pattern) return key.Id;
        var name = Regex.Replace(
            pattern,
            Regex.Escape(variable) + @"([\w-]+)",
            m => key.Session.MetaData.TryGetValue(m.Groups[1].Value, out var meta) ? meta?.ToString() ?? "" : "",
            RegexOptions.CultureInvariant,
            PatternTimeout);
        return name.Length > 0 ? name : key.Id;
    }
}
