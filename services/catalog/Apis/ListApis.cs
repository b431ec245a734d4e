using DevPortal.Catalog.Shelf;
using DevPortal.Catalog.Tyk;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Catalog.Apis;

/// <summary>Every API that Tyk told of, by name; for admins.</summary>
public static class ListApis
{
    /// <param name="Id">The API's id in the portal.</param>
    /// <param name="ApiId">Its id at the gateway.</param>
    /// <param name="HiddenBecause">Null while it is there and active.</param>
    public sealed record Item(
        Guid Id, string Source, string OrgId, string ApiId, string Name, string ListenPath, string? Address, string[] Authentication, string? HiddenBecause, bool HasOpenApi);

    public static void MapListApis(this IEndpointRouteBuilder catalog) => catalog.MapGet("/apis", Handle).WithName(nameof(ListApis));

    static async Task<Results<Ok<Page<Item>>, ProblemHttpResult>> Handle(int? limit, string? cursor, IQuerySession session, CancellationToken ct)
    {
        var (wanted, bad) = Wanted.Read(catalog: null, tag: null, q: null, limit, cursor);
        if (wanted is null) return bad!.ToProblem();
        var read = await session.AdvancedSql.QueryAsync<KnownApi>(
            "select data from mt_doc_knownapi where (sort_name, id) > (?, ?) order by sort_name, id limit ?", ct, wanted.AfterSort, wanted.AfterId, wanted.Limit + 1);
        var page = Cursor.Cut(read, wanted.Limit, api => Cursor.Of(api.SortName, api.Id.ToString()));
        return TypedResults.Ok(new Page<Item>([.. page.Items.Select(Of)], page.Next));
    }

    static Item Of(KnownApi api) => new(
        api.Id, api.Source, api.OrgId, api.ApiId, api.Name, api.ListenPath, api.Address, api.Authentication, api.HiddenBecause, api.OpenApiHash is not null);
}
