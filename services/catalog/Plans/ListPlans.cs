using DevPortal.Catalog.Shelf;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace DevPortal.Catalog.Plans;

/// <summary>The plans that the caller may see, by title.</summary>
public static class ListPlans
{
    public static void MapListPlans(this IEndpointRouteBuilder catalog) =>
        catalog.MapGet("/plans", Handle).WithName(nameof(ListPlans)).AnswersNotModified().Refuses(400, "unknown-view").Refuses(403, "admins-only")
            .Refuses(401, "not-signed-in").Refuses(400, "bad-tag", "bad-search");

    static async Task<Results<Ok<Page<PlanItem>>, StatusCodeHttpResult, ProblemHttpResult>> Handle(
        Guid? catalog, string? q, string? view, int? limit, string? cursor, CurrentUser? caller, NpgsqlDataSource database, HttpContext http, CancellationToken ct)
    {
        if (Viewer.Refuse(caller, view) is { } refusal) return refusal.ToProblem();
        var (wanted, bad) = Wanted.Read(catalog, tag: null, q, limit, cursor);
        if (wanted is null) return bad!.ToProblem();

        var page = await database.PageAsync<PlanItem>(FillShelf.Plan, Viewer.Of(caller, view), wanted, (plan, admin) => plan with { Admin = admin }, ct);
        return Conditional.IsKnown(http, page) ? Conditional.NotModified : TypedResults.Ok(page);
    }
}
