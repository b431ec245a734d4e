using DevPortal.Eventing;
using DevPortal.Identity.Startup;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using IQuerySession = Marten.IQuerySession;

namespace DevPortal.Identity.People;

/// <summary>One person.</summary>
public static class GetUser
{
    public static void MapGetUser(this IEndpointRouteBuilder users) => users.MapGet("/{id:guid}", Handle).WithName(nameof(GetUser));

    static async Task<Results<Ok<UserAnswer>, NotFound>> Handle(Guid id, IQuerySession session, IdentityDb db, HttpContext http, CancellationToken ct)
    {
        if (await session.LoadAsync<KnownUser>(id, ct) is not { } user) return TypedResults.NotFound();
        ETag.Set(http, user.SourceVersion);
        var account = await db.Users.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, ct);
        return TypedResults.Ok(UserAnswer.Of(user, account, await Groups.OfAsync(session, [user], ct)));
    }
}
