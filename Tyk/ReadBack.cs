namespace DevPortal.Tyk;

/// <summary>One way in which a key is not what it should be. <see cref="Code"/> is stable.</summary>
public sealed record KeyDifference(string Code, string Detail);

/// <summary>
/// Whether a key that was read back is what its recipe says, judged by the policies that the gateway listed in the same pass (a key whose
/// product vanished still reads as if it had it).
/// </summary>
public static class ReadBack
{
    /// <summary>All differences; none = the key is as it should be.</summary>
    public static IReadOnlyList<KeyDifference> Compare(KeySession session, KeyRecipe recipe, IReadOnlyCollection<TykPolicy> atGateway, DateTimeOffset now)
    {
        var differences = new List<KeyDifference>();
        void Differs(bool really, string code, string detail)
        {
            if (really)
            {
                differences.Add(new KeyDifference(code, detail));
            }
        }

        differences.AddRange(recipe.MissingPolicies(atGateway).Select(missing => new KeyDifference("policy-missing", missing.ToString())));

        Differs(session.OrgId != recipe.OrgId, "organisation-differs", $"the key belongs to {session.OrgId ?? "no organisation"}");
        Differs(!SameOwner(session, recipe), "owner-differs", "the key's meta data names another portal or credential");

        var wanted = recipe.Policies.ToHashSet(StringComparer.Ordinal);
        foreach (var id in wanted.Except(session.Policies))
        {
            differences.Add(new("policy-not-applied", $"policy {id} is not applied"));
        }

        foreach (var id in session.Policies.Except(wanted))
        {
            differences.Add(new("policy-not-ours", $"policy {id} is applied without a grant"));
        }

        Differs(session.IsInactive, "inactive", "the key is inactive");

        var expires = recipe.ExpiresAt(now);
        Differs((session.Expires ?? 0) != expires, "expiry-differs", $"it expires {When(session.Expires ?? 0)} instead of {When(expires)}");

        var policies = atGateway.Where(policy => policy.OrgId == recipe.OrgId && wanted.Contains(policy.Id))
            .GroupBy(policy => policy.Id, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal);

        CompareRights(session, recipe, policies, differences);
        if (policies.GetValueOrDefault(recipe.Plan) is { } plan)
        {
            CompareLimits(session, plan.Limits, differences);
        }

        return differences;
    }

    private static bool SameOwner(KeySession session, KeyRecipe recipe) =>
        session.MetaData.GetValueOrDefault(KeyMeta.PortalId) == recipe.Owner.PortalId
        && session.MetaData.GetValueOrDefault(KeyMeta.CredentialId) == recipe.Owner.CredentialId;

    private static void CompareRights(KeySession session, KeyRecipe recipe, Dictionary<string, TykPolicy> policies, List<KeyDifference> differences)
    {
        var products = recipe.Products.Select(id => policies.GetValueOrDefault(id)).OfType<TykPolicy>().ToList();
        var granted = products.SelectMany(product => product.Rights.Values).ToLookup(right => right.ApiId, StringComparer.Ordinal);
        foreach (var api in granted)
        {
            if (!session.Rights.TryGetValue(api.Key, out var right))
            {
                differences.Add(new("api-missing", $"API {api.Key} is not opened"));
                continue;
            }

            var versions = api.SelectMany(one => one.Versions).Except(right.Versions, StringComparer.Ordinal).ToList();
            if (versions.Count > 0)
            {
                differences.Add(new("version-missing", $"API {api.Key} is not opened in version {string.Join(", ", versions)}"));
            }
        }

        // With a product unknown at this moment, what looks like too much may be its own.
        if (products.Count == recipe.Products.Count)
        {
            differences.AddRange(session.Rights.Keys.Where(api => !granted.Contains(api))
                .Select(api => new KeyDifference("api-not-granted", $"API {api} is opened without a grant")));
        }
    }

    private static void CompareLimits(KeySession session, Limits plan, List<KeyDifference> differences)
    {
        if (session.Limits != plan)
        {
            differences.Add(new("limits-differ", $"the key allows {session.Limits}; the plan {plan}"));
        }

        foreach (var (api, right) in session.Rights)
        {
            if (right.Limits is { } own && own != plan)
            {
                differences.Add(new("limits-differ", $"API {api} allows {own}; the plan {plan}"));
            }
        }
    }

    private static string When(long expires) => expires switch
    {
        0 => "never",
        KeySpec.ExpiredAtOnce => "at once",
        _ => DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(expires, -62_135_596_800, 253_402_300_799)).ToString("u"),
    };
}
