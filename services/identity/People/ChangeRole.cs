using DevPortal.Contracts.Identity;
using DevPortal.Eventing;
using DevPortal.Identity.Startup;
using DevPortal.Identity.Tokens;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DevPortal.Identity.People;

/// <summary>Gives a person another role. Losing one ends his tokens.</summary>
public static class ChangeRole
{
    public sealed record Input(UserRole Role);

    public static void MapChangeRole(this IEndpointRouteBuilder users) =>
        users.MapPut("/{id:guid}/role", Handle).WithName(nameof(ChangeRole)).Refuses(409, "same-role", "last-admin");

    static async Task<Results<NoContent, NotFound, ProblemHttpResult>> Handle(
        Guid id, Input input, [FromHeader(Name = "If-Match")] string? seen, CurrentUser admin, IDocumentSession session, IdentityDb db, HttpContext http, TimeProvider time, CancellationToken ct)
    {
        await session.BeginTransactionAsync(ct);
        db.JoinTransaction(session);
        await session.LockAdminsAsync(ct);
        var stream = await session.Events.FetchForWriting<KnownUser>(id, ct);
        if (stream.Aggregate is not { } user) return TypedResults.NotFound();
        if (ETag.Refuses(seen, user.SourceVersion) is { } stale) return stale.ToProblem();
        if (Refuse(user, input, await session.IsLastActiveAdminAsync(user, ct)) is { } refusal) return refusal.ToProblem();

        var now = time.GetUtcNow();
        stream.AppendOne(Decide(user, input, admin, now));
        // The scope must not come back to life with the role. On the way up too: a token may have been made at the moment the role was lost.
        await EndPersonalAccessToken.EndAllAsync(session, db, id, admin.Id, now, ct, Scopes.Admin);
        ETag.Set(http, user.SourceVersion + 1);
        var answer = TypedResults.NoContent();
        return await session.TrySaveAsync(http, answer, ct) is { } lost ? lost : answer;
    }

    public static Refusal? Refuse(KnownUser user, Input input, bool isLastAdmin)
    {
        if (user.Role == input.Role) return Refusal.Conflict("same-role", "The person has this role already.");
        return isLastAdmin ? LastAdmin : null;
    }

    public static Refusal LastAdmin => Refusal.Conflict("last-admin", "This is the last active admin. Make another one first.");

    /// <summary>Losing a role ends the tokens that were made with it; gaining one needs no new sign-in.</summary>
    public static UserRoleChanged Decide(KnownUser user, Input input, CurrentUser admin, DateTimeOffset now) => new(
        user.AsPerson() with { Role = input.Role, TokensGoodFrom = input.Role < user.Role ? user.SourceVersion + 1 : user.TokensGoodFrom }, admin.Id, now);
}
