using DevPortal.Eventing;
using DevPortal.Identity.Startup;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Identity.People;

/// <summary>Everybody, in the order in which they came.</summary>
public static class ListUsers
{
    public static void MapListUsers(this IEndpointRouteBuilder users) => users.MapGet("/", Handle).WithName(nameof(ListUsers));

    static async Task<Results<Ok<Page<UserAnswer>>, ProblemHttpResult>> Handle(
        Guid? organizationId, int? limit, string? cursor, IQuerySession session, IdentityDb db, CancellationToken ct)
    {
        if (!IdCursor.TryRead(cursor, out var after)) return Cursor.Refused.ToProblem();
        var size = Cursor.Limit(limit);
        var users = session.Query<KnownUser>().Where(u => u.Id.CompareTo(after) > 0);
        if (organizationId is { } organisation) users = users.Where(u => u.OrganisationId == organisation);
        var read = await users.OrderBy(u => u.Id).Take(size + 1).ToListAsync(ct);
        var accounts = await db.AccountsOfAsync([.. read.Select(u => u.Id)], ct);
        return TypedResults.Ok(Cursor.Cut([.. read.Select(u => UserAnswer.Of(u, accounts.GetValueOrDefault(u.Id)))], size, u => IdCursor.Of(u.Id)));
    }
}
