using DevPortal.ServiceDefaults;
using Marten;
using Marten.Linq.MatchesSql;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Identity.People;

/// <summary>All teams, in the order in which they were made.</summary>
public static class ListTeams
{
    public static void MapListTeams(this IEndpointRouteBuilder teams) =>
        teams.MapGet("/", Handle).WithName(nameof(ListTeams)).Refuses(400, "bad-search", "too-many-ids");

    /// <param name="organizationId">Only teams of this organization.</param>
    /// <param name="q">Only teams whose name has words that begin with these.</param>
    /// <param name="ids">Only these teams, at most 100.</param>
    static async Task<Results<Ok<Page<TeamAnswer>>, ProblemHttpResult>> Handle(
        Guid? organizationId, string? q, Guid[] ids, int? limit, string? cursor, IQuerySession session, CancellationToken ct)
    {
        if (!IdCursor.TryRead(cursor, out var after)) return Cursor.Refused.ToProblem();
        if (SearchText.Refuse(q) is { } tooLong) return tooLong.ToProblem();
        if (ListNames.Refuse(ids) is { } tooMany) return tooMany.ToProblem();
        var size = Cursor.Limit(limit);
        var teams = session.Query<Team>().Where(t => t.Id.CompareTo(after) > 0);
        if (organizationId is { } organisation) teams = teams.Where(t => t.OrganisationId == organisation);
        if (ids.Length > 0) teams = teams.Where(t => t.Id.IsOneOf(ids));
        if (SearchText.Condition(Name, q) is { } named) teams = teams.Where(t => t.MatchesSql(named));
        var read = await teams.OrderBy(t => t.Id).Take(size + 1).ToListAsync(ct);
        var groups = await Groups.OfAsync(session, read, ct);
        return TypedResults.Ok(Cursor.Cut([.. read.Select(team => TeamAnswer.Of(team, groups))], size, t => IdCursor.Of(t.Id)));
    }

    // As Marten writes the index of it (Program).
    internal const string Name = "to_tsvector('simple', d.data ->> 'Name')";
}
