using DevPortal.Catalog.Products;
using DevPortal.Catalog.Tyk;
using DevPortal.Contracts.TykSync;
using Marten;

namespace DevPortal.Catalog.Plans;

/// <summary>Puts together what Tyk and the portal say of a plan, and records it if it is not what was recorded last.</summary>
public static class AssessPlan
{
    /// <summary>Reads the facts as they are now (hold the plan's lock) and decides with the given text; null if nothing changed.</summary>
    internal static async Task<PlanAssessed?> DecideAsync(IQuerySession session, Guid id, Plan? plan, PlanText? text, DateTimeOffset now, CancellationToken ct) =>
        await session.LoadAsync<KnownPolicy>(KnownPolicy.StreamOf(id), ct) is { } policy ? Decide(id, policy, plan, text, now) : null;

    /// <summary>Decides by a fact that was read under the plan's lock; null if nothing changed.</summary>
    public static PlanAssessed? Decide(Guid id, KnownPolicy policy, Plan? plan, PlanText? text, DateTimeOffset now)
    {
        if (policy.Kind != PolicyKind.Plan && plan is null) return null;
        var standing = Judge(policy, text);
        return plan is not null && Same.As(plan.Now, standing) ? null : new PlanAssessed(id, standing, now);
    }

    /// <summary>What a plan is, by its policy and the portal's text.</summary>
    public static PlanStanding Judge(KnownPolicy policy, PlanText? text)
    {
        var hidden = policy.Kind == PolicyKind.Plan ? policy.HiddenBecause : "At Tyk it is a product now.";
        return new PlanStanding(
            new TykFacts(policy.Source, policy.OrgId, policy.PolicyId, policy.Name, hidden, policy.Warnings),
            text?.Title ?? policy.Name, text?.Price, hidden is null ? null : "The gateway does not offer it at the moment.",
            policy.Limits ?? new Limits(null, null, null, null), policy.KeyExpiresIn > 0 ? policy.KeyExpiresIn : null);
    }
}
