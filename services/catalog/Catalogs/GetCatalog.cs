using DevPortal.Contracts.Catalog;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Catalog.Catalogs;

/// <summary>One catalog. What is in it is read by <c>/products?catalog=</c> and <c>/plans?catalog=</c>.</summary>
public static class GetCatalog
{
    /// <param name="Admin">Only for admins.</param>
    public sealed record Answer(Guid Id, string Name, string? Slug, CatalogVisibility Visibility, AdminContent? Admin)
    {
        public static Answer Of(Guid id, CatalogContent now, bool forAdmin) => new(
            id, now.Name, now.Slug, now.Visibility, forAdmin ? new AdminContent(now.Audience, now.ProductIds, now.PlanIds) : null);
    }

    /// <summary>Everything that is in it, also what people do not see, and who sees it.</summary>
    public sealed record AdminContent(Guid[] Audience, Guid[] ProductIds, Guid[] PlanIds);

    public static void MapGetCatalog(this IEndpointRouteBuilder catalog) => catalog.MapGet("/catalogs/{id:guid}", Handle).WithName(nameof(GetCatalog));

    static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid id, CurrentUser? caller, IQuerySession session, HttpContext http, CancellationToken ct)
    {
        if (await session.LoadAsync<Catalog>(id, ct) is not { } catalog || !MaySee(catalog.Now, caller)) return TypedResults.NotFound();
        ETag.Set(http, catalog.Version);
        return TypedResults.Ok(Answer.Of(id, catalog.Now, caller is { IsAdmin: true }));
    }

    /// <summary>The rule that the lists follow in the database.</summary>
    public static bool MaySee(CatalogContent catalog, CurrentUser? caller) =>
        caller is { IsAdmin: true } || catalog.Visibility == CatalogVisibility.Public || (caller is not null && caller.TeamIds.Intersect(catalog.Audience).Any());
}
