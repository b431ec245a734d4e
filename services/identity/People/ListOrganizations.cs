using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Identity.People;

/// <summary>All organizations, in the order in which they were made.</summary>
public static class ListOrganizations
{
    public static void MapListOrganizations(this IEndpointRouteBuilder organizations) =>
        organizations.MapGet("/", Handle).WithName(nameof(ListOrganizations));

    static async Task<Results<Ok<Page<Organisation>>, ProblemHttpResult>> Handle(int? limit, string? cursor, IQuerySession session, CancellationToken ct)
    {
        if (!IdCursor.TryRead(cursor, out var after)) return Cursor.Refused.ToProblem();
        var size = Cursor.Limit(limit);
        var read = await session.Query<Organisation>().Where(o => o.Id.CompareTo(after) > 0).OrderBy(o => o.Id).Take(size + 1).ToListAsync(ct);
        return TypedResults.Ok(Cursor.Cut(read, size, o => IdCursor.Of(o.Id)));
    }
}
