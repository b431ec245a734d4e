using DevPortal.Catalog.Products;
using DevPortal.Contracts.TykSync;
using JasperFx.Events;

namespace DevPortal.Catalog.Plans;

/// <summary>What the portal says of a plan. Written by admins only; sync never touches it.</summary>
public sealed record PlanText(string Title, string? Price, string? Description);

/// <summary>An admin wrote what the portal says of a plan.</summary>
public sealed record PlanDescribed(Guid PlanId, PlanText Text, Guid By, DateTimeOffset OccurredAt);

/// <summary>What a plan is to others changed, by Tyk or by an admin; carries it whole.</summary>
public sealed record PlanAssessed(Guid PlanId, PlanStanding Now, DateTimeOffset OccurredAt);

/// <summary>What a plan is to others: what Tyk and the portal say of it, put together.</summary>
/// <param name="NotAvailableBecause">Hidden by Tyk, in words for people; null if it can be chosen.</param>
/// <param name="KeyLifetime">Seconds that a grant lives; null = for ever.</param>
public sealed record PlanStanding(TykFacts Tyk, string Title, string? Price, string? NotAvailableBecause, Limits Limits, long? KeyLifetime);

/// <summary>A plan. Its stream has the id of the policy's stream at tyk-sync.</summary>
public sealed record Plan(Guid Id, long Version, PlanText? Text, PlanStanding Now)
{
    public static Plan Create(IEvent<PlanAssessed> e) => new(e.Data.PlanId, e.Version, null, e.Data.Now);

    public Plan Apply(IEvent<PlanAssessed> e) => this with { Version = e.Version, Now = e.Data.Now };

    public Plan Apply(IEvent<PlanDescribed> e) => this with { Version = e.Version, Text = e.Data.Text };
}
