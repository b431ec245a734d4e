using DevPortal.Catalog.Shelf;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace DevPortal.Catalog.Plans;

/// <summary>One plan with its texts and limits.</summary>
public static class GetPlan
{
    /// <param name="Price">What it costs, in words.</param>
    /// <param name="Description">Markdown as an admin wrote it: render and clean it before showing.</param>
    /// <param name="Rate">Calls per <paramref name="Per"/> seconds; null = unlimited.</param>
    /// <param name="Quota">Calls per <paramref name="QuotaRenewal"/> seconds; null = unlimited.</param>
    /// <param name="KeyLifetime">Seconds that access on this plan lives; null = for ever.</param>
    public sealed record Answer(
        Guid Id, string Title, string? Price, string? Description, double? Rate, double? Per, long? Quota, long? QuotaRenewal, long? KeyLifetime,
        bool Available, string? NotAvailableBecause, AdminDetails? Admin);

    public static void MapGetPlan(this IEndpointRouteBuilder catalog) =>
        catalog.MapGet("/plans/{id:guid}", Handle).WithName(nameof(GetPlan)).AnswersNotModified().Refuses(400, "unknown-view")
            .Refuses(403, "admins-only").Refuses(401, "not-signed-in");

    static async Task<Results<Ok<Answer>, StatusCodeHttpResult, NotFound, ProblemHttpResult>> Handle(
        Guid id, string? view, CurrentUser? caller, IQuerySession session, NpgsqlDataSource database, HttpContext http, CancellationToken ct)
    {
        if (Viewer.Refuse(caller, view) is { } refusal) return refusal.ToProblem();
        var viewer = Viewer.Of(caller, view);
        if (!await database.MaySeeAsync(FillShelf.Plan, id, viewer, ct) || await session.LoadAsync<Plan>(id, ct) is not { } plan) return TypedResults.NotFound();

        var now = plan.Now;
        var answer = new Answer(
            plan.Id, now.Title, now.Price, plan.Text?.Description, now.Limits.Rate, now.Limits.Per, now.Limits.Quota, now.Limits.QuotaRenewal, now.KeyLifetime,
            now.NotAvailableBecause is null, now.NotAvailableBecause, viewer.Details ? AdminDetails.Of(now.NotAvailableBecause is null, now.Tyk) : null);
        if (viewer.SeesAll)
        {
            // The tag that an admin's change must name.
            ETag.Set(http, plan.Version);
            return TypedResults.Ok(answer);
        }

        return Conditional.IsKnown(http, answer) ? Conditional.NotModified : TypedResults.Ok(answer);
    }
}
