using DevPortal.Contracts.Catalog;
using DevPortal.Eventing;
using MassTransit;

namespace DevPortal.Provisioning;

/// <summary>What this service has heard about a plan: whether it can be chosen, its policy at Tyk, its limits.</summary>
public sealed record KnownPlan(
    Guid Id, long SourceVersion, string Source, string OrgId, string PolicyId, string Title, string? NotAvailableBecause,
    double? Rate, double? Per, long? Quota, long? QuotaRenewal, long? KeyLifetime)
{
    public static KnownPlan Create(PlanChanged heard) => new(
        heard.PlanId, heard.Origin.Version, heard.Source, heard.OrgId, heard.PolicyId, heard.Title, heard.NotAvailableBecause,
        heard.Rate, heard.Per, heard.Quota, heard.QuotaRenewal, heard.KeyLifetime);

    public KnownPlan Apply(PlanChanged heard) => heard.IsNewerThan(SourceVersion) ? Create(heard) : this;
}

public sealed class HearPlans(HearTogether hearing) : IConsumer<PlanChanged>, IWorksTogether
{
    public Task Consume(ConsumeContext<PlanChanged> context) =>
        hearing.HearAsync(new Heard(context.Message, context.Message.PlanId), context.CancellationToken);
}
