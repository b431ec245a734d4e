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

/// <summary>Lets a deactivated person in again; tokens from before stay dead.</summary>
public static class ReactivateUser
{
    public static void MapReactivateUser(this IEndpointRouteBuilder users) =>
        users.MapPost("/{id:guid}/reactivate", Handle).WithName(nameof(ReactivateUser)).Refuses(409, "not-deactivated").WithIdempotency();

    static async Task<Results<NoContent, NotFound, ProblemHttpResult>> Handle(
        Guid id, [FromHeader(Name = "If-Match")] string? seen, CurrentUser admin, IDocumentSession session, IdentityDb db, HttpContext http, TimeProvider time, CancellationToken ct)
    {
        // With a key the session holds a connection already; a second one per call would empty the pool.
        await session.BeginTransactionAsync(ct);
        db.JoinTransaction(session);
        var stream = await session.Events.FetchForWriting<KnownUser>(id, ct);
        if (stream.Aggregate is not { } user) return TypedResults.NotFound();
        if (ETag.Refuses(seen, user.SourceVersion) is { } stale) return stale.ToProblem();
        if (Refuse(user) is { } refusal) return refusal.ToProblem();

        var now = time.GetUtcNow();
        // Deactivation ended them; one that was made at that very moment ends here.
        await EndPersonalAccessToken.EndAllAsync(session, db, id, admin.Id, now, ct);
        var hasPassword = await db.Users.AnyAsync(a => a.Id == id && a.PasswordHash != null, ct);
        stream.AppendOne(Decide(user, hasPassword, admin, now));
        ETag.Set(http, user.SourceVersion + 1);
        var answer = TypedResults.NoContent();
        return await session.TrySaveAsync(http, answer, ct) is { } lost ? lost : answer;
    }

    public static Refusal? Refuse(KnownUser user) =>
        user.Status == UserStatus.Deactivated ? null : Refusal.Conflict("not-deactivated", "The person is not deactivated.");

    /// <summary>Who had not set a password before is invited again; tokens from before stay dead.</summary>
    public static UserReactivated Decide(KnownUser user, bool hasPassword, CurrentUser admin, DateTimeOffset now) =>
        new(user.AsPerson() with { Status = hasPassword ? UserStatus.Active : UserStatus.Invited }, admin.Id, now);
}
