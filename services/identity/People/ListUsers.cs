using DevPortal.Eventing;
using DevPortal.Identity.Startup;
using DevPortal.Identity.Startup.Migrations;
using DevPortal.ServiceDefaults;
using Marten;
using Marten.Linq.MatchesSql;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Identity.People;

/// <summary>Everybody, in the order in which they came.</summary>
public static class ListUsers
{
    public static void MapListUsers(this IEndpointRouteBuilder users) =>
        users.MapGet("/", Handle).WithName(nameof(ListUsers)).Refuses(400, "bad-search");

    /// <param name="organizationId">Only people of this organization.</param>
    /// <param name="teamId">Only people of this team.</param>
    /// <param name="q">Only people whose name or e-mail address has words that begin with these, e.g. `ines bright`.</param>
    static async Task<Results<Ok<Page<UserAnswer>>, ProblemHttpResult>> Handle(
        Guid? organizationId, Guid? teamId, string? q, int? limit, string? cursor, IQuerySession session, IdentityDb db, CancellationToken ct)
    {
        if (!IdCursor.TryRead(cursor, out var after)) return Cursor.Refused.ToProblem();
        if (SearchText.Refuse(q) is { } tooLong) return tooLong.ToProblem();
        var size = Cursor.Limit(limit);
        var users = session.Query<KnownUser>().Where(u => u.Id.CompareTo(after) > 0);
        if (organizationId is { } organisation) users = users.Where(u => u.OrganisationId == organisation);
        if (teamId is { } team) users = users.Where(u => u.TeamIds.Contains(team));
        if (SearchText.Condition(SearchPeople.Words, q) is { } named) users = users.Where(u => u.MatchesSql($"""d.id in (select "Id" from {IdentityDb.Schema}."AspNetUsers" where {named})"""));
        var read = await users.OrderBy(u => u.Id).Take(size + 1).ToListAsync(ct);
        var accounts = await db.AccountsOfAsync([.. read.Select(u => u.Id)], ct);
        var groups = await Groups.OfAsync(session, read, ct);
        return TypedResults.Ok(Cursor.Cut([.. read.Select(u => UserAnswer.Of(u, accounts.GetValueOrDefault(u.Id), groups))], size, u => IdCursor.Of(u.Id)));
    }
}
