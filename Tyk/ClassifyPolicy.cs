namespace DevPortal.Tyk;

/// <summary>What a policy is to the portal. See Tyk's documentation, "partitioned policies".</summary>
public abstract record PolicyClass
{
    private PolicyClass()
    {
    }

    /// <summary>Access rights only.</summary>
    public sealed record Product : PolicyClass;

    /// <summary>Rate limit and/or quota only; its access rights mean nothing.</summary>
    public sealed record Plan : PolicyClass;

    /// <summary>Neither, with a stable code and the reason for people.</summary>
    public sealed record Neither(string Code, string Reason) : PolicyClass;
}

/// <summary>Product, plan or neither, by partitions alone.</summary>
public static class ClassifyPolicy
{
    public static PolicyClass Classify(TykPolicy policy) => policy.Partitions switch
    {
        { None: true } => new PolicyClass.Neither("no-partitions",
            "no partition is set, so it enforces access, rate and quota together: set only acl for a product, or only rate_limit and quota for a plan"),
        { PerApi: true } => new PolicyClass.Neither("per-api", "it sets limits per API, which can't be combined with a plan"),
        { Complexity: true } => new PolicyClass.Neither("complexity", "it limits query depth (complexity), which is neither access nor a plan"),
        { Acl: true, RateLimit: false, Quota: false } => new PolicyClass.Product(),
        { Acl: true } => new PolicyClass.Neither("acl-with-limits", "it mixes access rights with limits: split it into a product (acl) and a plan (rate_limit, quota)"),
        _ => new PolicyClass.Plan(),
    };
}
