using DevPortal.Contracts.Identity;
using DevPortal.Eventing;
using DevPortal.Identity.Startup;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using IQuerySession = Marten.IQuerySession;

namespace DevPortal.Identity.People;

/// <summary>Who I am, in words.</summary>
public static class Me
{
    public sealed record Answer(Guid Id, string Name, string Email, UserRole Role, Named Organization, IReadOnlyList<Named> Teams);

    public static void MapMe(this IEndpointRouteBuilder identity) => identity.MapGet("/me", Handle).WithName(nameof(Me));

    static async Task<Ok<Answer>> Handle(CurrentUser me, IQuerySession session, IdentityDb db, CancellationToken ct)
    {
        var account = await db.Users.AsNoTracking().SingleAsync(a => a.Id == me.Id, ct);
        var organisation = await session.LoadAsync<Organisation>(me.OrganisationId, ct);
        var teams = await session.LoadManyAsync<Team>(ct, me.TeamIds);
        return TypedResults.Ok(new Answer(
            me.Id, account.Name, account.Email!, me.Role, new Named(me.OrganisationId, organisation?.Name ?? ""), [.. teams.Select(t => new Named(t.Id, t.Name))]));
    }
}
