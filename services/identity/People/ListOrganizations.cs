using DevPortal.ServiceDefaults;
using Marten;
using Marten.Linq.MatchesSql;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Identity.People;

/// <summary>All organizations, in the order in which they were made.</summary>
public static class ListOrganizations
{
    public static void MapListOrganizations(this IEndpointRouteBuilder organizations) =>
        organizations.MapGet("/", Handle).WithName(nameof(ListOrganizations)).Refuses(400, "bad-search");

    /// <param name="q">Only organizations whose name has words that begin with these.</param>
    static async Task<Results<Ok<Page<Organisation>>, ProblemHttpResult>> Handle(string? q, int? limit, string? cursor, IQuerySession session, CancellationToken ct)
    {
        if (!IdCursor.TryRead(cursor, out var after)) return Cursor.Refused.ToProblem();
        if (SearchText.Refuse(q) is { } tooLong) return tooLong.ToProblem();
        var size = Cursor.Limit(limit);
        var organisations = session.Query<Organisation>().Where(o => o.Id.CompareTo(after) > 0);
        if (SearchText.Condition(ListTeams.Name, q) is { } named) organisations = organisations.Where(o => o.MatchesSql(named));
        var read = await organisations.OrderBy(o => o.Id).Take(size + 1).ToListAsync(ct);
        return TypedResults.Ok(Cursor.Cut(read, size, o => IdCursor.Of(o.Id)));
    }
}
