using DevPortal.Contracts.Identity;
using DevPortal.Eventing;
using DevPortal.Identity.Startup;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Identity.People;

/// <summary>Names of people whose ids stand in histories and lists: for admins of everybody, for others of themselves, their organisation and the admins. Whom the caller may not see has no entry, like who does not exist.</summary>
public static class ListNames
{
    public const int Most = 100;

    public static void MapListNames(this IEndpointRouteBuilder identity) =>
        identity.MapGet("/names", Handle).WithName(nameof(ListNames)).Refuses(400, "too-many-ids");

    /// <param name="ids">The people, at most 100.</param>
    static async Task<Results<Ok<Page<Named>>, ProblemHttpResult>> Handle(Guid[] ids, CurrentUser caller, IQuerySession session, IdentityDb db, CancellationToken ct)
    {
        if (Refuse(ids) is { } refusal) return refusal.ToProblem();
        var seen = (await session.LoadManyAsync<KnownUser>(ct, ids.Distinct().ToArray())).Where(user => MaySee(user, caller)).Select(user => user.Id).ToArray();
        var accounts = await db.AccountsOfAsync(seen, ct);
        return TypedResults.Ok(new Page<Named>([.. seen.Where(accounts.ContainsKey).Select(id => new Named(id, accounts[id].Name))], null));
    }

    public static Refusal? Refuse(Guid[] ids) =>
        ids.Length > Most ? new Refusal(StatusCodes.Status400BadRequest, "too-many-ids", $"At most {Most} ids at once.", "ids") : null;

    /// <summary>Who works with somebody, or decided for him, has a name for him. In the default organisation people are strangers to each other.</summary>
    public static bool MaySee(KnownUser user, CurrentUser caller) =>
        caller.IsAdmin || user.Id == caller.Id || user.Role == UserRole.Admin
        || (user.OrganisationId == caller.OrganisationId && caller.OrganisationId != Organisation.Default);
}
