using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Identity.People;

/// <summary>All teams, in the order in which they were made.</summary>
public static class ListTeams
{
    public static void MapListTeams(this IEndpointRouteBuilder teams) => teams.MapGet("/", Handle).WithName(nameof(ListTeams));

    static async Task<Results<Ok<Page<TeamAnswer>>, ProblemHttpResult>> Handle(
        Guid? organizationId, int? limit, string? cursor, IQuerySession session, CancellationToken ct)
    {
        if (!IdCursor.TryRead(cursor, out var after)) return Cursor.Refused.ToProblem();
        var size = Cursor.Limit(limit);
        var teams = session.Query<Team>().Where(t => t.Id.CompareTo(after) > 0);
        if (organizationId is { } organisation) teams = teams.Where(t => t.OrganisationId == organisation);
        var read = await teams.OrderBy(t => t.Id).Take(size + 1).ToListAsync(ct);
        return TypedResults.Ok(Cursor.Cut([.. read.Select(TeamAnswer.Of)], size, t => IdCursor.Of(t.Id)));
    }
}
