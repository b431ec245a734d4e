using DevPortal.Contracts.Identity;
using DevPortal.Eventing;
using DevPortal.Identity.Startup;
using DevPortal.Identity.Tokens;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using IDocumentSession = Marten.IDocumentSession;

namespace DevPortal.Identity.People;

/// <summary>Shuts a person out: his sessions and tokens end within seconds.</summary>
public static class DeactivateUser
{
    public static void MapDeactivateUser(this IEndpointRouteBuilder users) =>
        users.MapPost("/{id:guid}/deactivate", Handle).WithName(nameof(DeactivateUser)).Refuses(409, "already-deactivated", "last-admin").WithIdempotency();

    static async Task<Results<NoContent, NotFound, ProblemHttpResult>> Handle(
        Guid id, [FromHeader(Name = "If-Match")] string? seen, CurrentUser admin, IDocumentSession session, IdentityDb db, HttpContext http, TimeProvider time, CancellationToken ct)
    {
        await session.BeginTransactionAsync(ct);
        db.JoinTransaction(session);
        await session.LockAdminsAsync(ct);
        var stream = await session.Events.FetchForWriting<KnownUser>(id, ct);
        if (stream.Aggregate is not { } user) return TypedResults.NotFound();
        if (ETag.Refuses(seen, user.SourceVersion) is { } stale) return stale.ToProblem();
        if (Refuse(user, await session.IsLastActiveAdminAsync(user, ct)) is { } refusal) return refusal.ToProblem();

        var now = time.GetUtcNow();
        stream.AppendOne(Decide(user, admin, now));
        // Neither may come back to life should he be reactivated.
        await EndPersonalAccessToken.EndAllAsync(session, db, id, admin.Id, now, ct);
        await db.Links.Where(link => link.UserId == id).ExecuteDeleteAsync(ct);
        ETag.Set(http, user.SourceVersion + 1);
        var answer = TypedResults.NoContent();
        return await session.TrySaveAsync(http, answer, ct) is { } lost ? lost : answer;
    }

    public static Refusal? Refuse(KnownUser user, bool isLastAdmin)
    {
        if (user.Status == UserStatus.Deactivated) return Refusal.Conflict("already-deactivated", "The person is deactivated already.");
        return isLastAdmin ? ChangeRole.LastAdmin : null;
    }

    public static UserDeactivated Decide(KnownUser user, CurrentUser admin, DateTimeOffset now) =>
        new(user.AsPerson() with { Status = UserStatus.Deactivated, TokensGoodFrom = user.SourceVersion + 1 }, admin.Id, now);
}
