using DevPortal.Eventing;
using DevPortal.Identity.Startup;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using IDocumentSession = Marten.IDocumentSession;

namespace DevPortal.Identity.Tokens;

/// <summary>Revokes a personal access token: no exchange from now on, and what it was exchanged for dies as the message arrives.</summary>
public static class EndPersonalAccessToken
{
    public static void MapEndPersonalAccessToken(this IEndpointRouteBuilder tokens) =>
        tokens.MapDelete("/{id:guid}", Handle).WithName(nameof(EndPersonalAccessToken)).IsCalledBy("the owner of the token");

    static async Task<Results<NoContent, NotFound, ProblemHttpResult>> Handle(
        Guid id, CurrentUser owner, IDocumentSession session, IdentityDb db, HttpContext http, TimeProvider time, CancellationToken ct)
    {
        await session.BeginTransactionAsync(ct);
        db.JoinTransaction(session);
        // Ownership is in the query. Deleting again answers the same and says nothing twice.
        if (!await db.Tokens.AnyAsync(t => t.Id == id && t.UserId == owner.Id, ct)) return TypedResults.NotFound();
        await EndAsync(session, db, [id], owner.Id, owner.Id, time.GetUtcNow(), ct);
        var answer = TypedResults.NoContent();
        return await session.TrySaveAsync(http, answer, ct) is { } lost ? lost : answer;
    }

    /// <summary>All tokens of a person, or those with a scope. Call in the session's transaction.</summary>
    public static async Task EndAllAsync(
        IDocumentSession session, IdentityDb db, Guid userId, Guid by, DateTimeOffset now, CancellationToken ct, string? scope = null)
    {
        var living = await db.Tokens.Where(t => t.UserId == userId && t.RevokedAt == null && (scope == null || t.Scopes.Contains(scope))).Select(t => t.Id).ToArrayAsync(ct);
        await EndAsync(session, db, living, userId, by, now, ct);
    }

    static async Task EndAsync(IDocumentSession session, IdentityDb db, Guid[] ids, Guid ownerId, Guid by, DateTimeOffset now, CancellationToken ct)
    {
        foreach (var id in ids)
        {
            var ended = await db.Tokens.Where(t => t.Id == id && t.RevokedAt == null).ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, now), ct);
            if (ended == 0) continue;
            session.Events.Append(id, new PersonalAccessTokenEnded(id, ownerId, by, now));
            session.Store(new RevokedToken(id, now));
        }
    }
}
