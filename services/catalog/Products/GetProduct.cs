using DevPortal.Catalog.Plans;
using DevPortal.Catalog.Shelf;
using DevPortal.Catalog.Tyk;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace DevPortal.Catalog.Products;

/// <summary>One product with its texts, its APIs, and the plans that it offers to the caller.</summary>
public static class GetProduct
{
    /// <param name="Description">Markdown as an admin wrote it: render and clean it before showing.</param>
    /// <param name="NotRequestableBecause">In words for people; null if it can be requested.</param>
    /// <param name="Authentication">The kind of credential that opens all its APIs, e.g. <c>authToken</c>.</param>
    /// <param name="Plans">Plans that share a catalog with it which the caller sees.</param>
    public sealed record Answer(
        Guid Id, string Title, string? Summary, string? Description, string[] Tags, bool Requestable, string? NotRequestableBecause, string? Authentication,
        IReadOnlyList<Api> Apis, IReadOnlyList<PlanItem> Plans, IReadOnlyList<CatalogName> Catalogs, ProductDetails? Admin);

    /// <param name="Address">Where it is called; null where the source has no public URL.</param>
    public sealed record Api(Guid Id, string Name, string ListenPath, string? Address, string[] Authentication, bool HasOpenApi);

    /// <summary>What admins see besides.</summary>
    /// <param name="Published">As an admin left it; it stays while Tyk hides the product.</param>
    /// <param name="Shown">Whether people see it in the catalogs that it is in: published, and not hidden by Tyk.</param>
    /// <param name="Source">Tyk source.</param>
    /// <param name="PolicyId">The policy at the gateway.</param>
    /// <param name="TykName">Its name there.</param>
    /// <param name="HiddenBecause">Why Tyk hides it.</param>
    public sealed record ProductDetails(
        bool Published, bool Shown, string Source, string OrgId, string PolicyId, string TykName, string? HiddenBecause, string[] Warnings)
    {
        public static ProductDetails Of(Product product) => new(
            product.Text is { Published: true }, product.Now.Shown, product.Now.Tyk.Source, product.Now.Tyk.OrgId, product.Now.Tyk.PolicyId, product.Now.Tyk.Name,
            product.Now.Tyk.HiddenBecause, product.Now.Tyk.Warnings);
    }

    public static void MapGetProduct(this IEndpointRouteBuilder catalog) =>
        catalog.MapGet("/products/{id:guid}", Handle).WithName(nameof(GetProduct)).AnswersNotModified().Refuses(400, "unknown-view")
            .Refuses(403, "admins-only").Refuses(401, "not-signed-in");

    static async Task<Results<Ok<Answer>, StatusCodeHttpResult, NotFound, ProblemHttpResult>> Handle(
        Guid id, string? view, CurrentUser? caller, IQuerySession session, NpgsqlDataSource database, HttpContext http, CancellationToken ct)
    {
        if (Viewer.Refuse(caller, view) is { } refusal) return refusal.ToProblem();
        var viewer = Viewer.Of(caller, view);
        if (!await database.MaySeeAsync(FillShelf.Product, id, viewer, ct) || await session.LoadAsync<Product>(id, ct) is not { } product) return TypedResults.NotFound();

        var apis = await session.LoadManyAsync<KnownApi>(ct, product.Now.ApiIds);
        var plans = await database.PlansOfAsync(id, viewer, ct);
        // An admin sees every catalog, and may ask for what his own teams are offered.
        var offered = viewer is { SeesAll: true, Details: false } ? await database.PlansOfAsync(id, viewer with { SeesAll = false }, ct) : plans;
        var answer = Describe(product, apis, plans, offered, await database.CatalogsOfAsync(id, viewer, ct), viewer);
        var texts = (await session.LoadManyAsync<Plan>(ct, answer.Plans.Select(plan => plan.Id))).ToDictionary(plan => plan.Id, plan => plan.Text?.Description);
        answer = answer with { Plans = [.. answer.Plans.Select(plan => plan with { Description = texts.GetValueOrDefault(plan.Id) })] };
        if (viewer.SeesAll)
        {
            // The tag that an admin's change must name.
            ETag.Set(http, product.Version);
            return TypedResults.Ok(answer);
        }

        return Conditional.IsKnown(http, answer) ? Conditional.NotModified : TypedResults.Ok(answer);
    }

    /// <summary>What this viewer reads.</summary>
    public static Answer Describe(Product product, IReadOnlyList<KnownApi> apis, IReadOnlyList<PlanItem> plans, IReadOnlyList<PlanItem> offered, IReadOnlyList<CatalogName> catalogs, Viewer viewer)
    {
        var now = product.Now;
        var because = now.NotRequestableBecause ?? (plans.Count == 0 ? "No plan is offered with it." : offered.Count == 0 ? "It is not offered to your teams; an admin sees it all the same." : null);
        return new Answer(
            product.Id, now.Title, now.Summary, product.Text?.Description, now.Tags, because is null, because, now.Authentication,
            [.. apis.OrderBy(api => api.SortName, StringComparer.Ordinal).Select(api => new Api(api.Id, api.Name, api.ListenPath, api.Address, api.Authentication, api.OpenApiHash is not null))],
            offered.Count == 0 ? plans : offered, catalogs, viewer.Details ? ProductDetails.Of(product) : null);
    }
}
