using DevPortal.Contracts.TykSync;
using DevPortal.Eventing;

namespace DevPortal.Catalog.Tyk;

/// <summary>What was last heard of a policy at Tyk. Its messages have a stream of their own here, beside that of the product or plan,
/// so that what Tyk says never stands in the way of what an admin writes.</summary>
public sealed record KnownPolicy(
    Guid Id, Guid ProductOrPlanId, long SourceVersion, PolicyKind Kind, string Source, string OrgId, string PolicyId, string Name, string? HiddenBecause,
    string[] ApiIds, Limits? Limits, long KeyExpiresIn, string[] Warnings)
{
    /// <summary>The local stream of the policy that is this product or plan.</summary>
    public static Guid StreamOf(Guid productOrPlan) => DeterministicId.Of($"policy/{productOrPlan:N}");

    public static KnownPolicy Create(TykPolicyChanged heard) => new(
        StreamOf(heard.Origin.Stream), heard.Origin.Stream, heard.Origin.Version, heard.Kind, heard.Source, heard.OrgId, heard.PolicyId, heard.Name, heard.HiddenBecause,
        heard.ApiIds, heard.Limits, heard.KeyExpiresIn, heard.Warnings);

    public KnownPolicy Apply(TykPolicyChanged heard) => heard.IsNewerThan(SourceVersion) ? Create(heard) : this;
}
