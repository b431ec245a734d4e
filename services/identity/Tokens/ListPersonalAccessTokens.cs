using DevPortal.Eventing;
using DevPortal.Identity.People;
using DevPortal.Identity.Startup;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace DevPortal.Identity.Tokens;

/// <summary>The caller's own tokens, without the tokens.</summary>
public static class ListPersonalAccessTokens
{
    public sealed record Answer(Guid Id, string Name, string[] Scopes, string Hint, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt);

    public static void MapListPersonalAccessTokens(this IEndpointRouteBuilder tokens) => tokens.MapGet("/", Handle).WithName(nameof(ListPersonalAccessTokens));

    /// <param name="revoked">Only those that were revoked, or were not; both unless given.</param>
    static async Task<Results<Ok<Page<Answer>>, ProblemHttpResult>> Handle(int? limit, string? cursor, bool? revoked, CurrentUser owner, IdentityDb db, CancellationToken ct)
    {
        if (!IdCursor.TryRead(cursor, out var after)) return Cursor.Refused.ToProblem();
        var size = Cursor.Limit(limit);
        var read = await db.Tokens.AsNoTracking().Where(t => t.UserId == owner.Id && t.Id.CompareTo(after) > 0 && (revoked == null || revoked == (t.RevokedAt != null))).OrderBy(t => t.Id).Take(size + 1)
            .Select(t => new Answer(t.Id, t.Name, t.Scopes, t.Hint, t.CreatedAt, t.ExpiresAt, t.RevokedAt)).ToListAsync(ct);
        return TypedResults.Ok(Cursor.Cut(read, size, t => IdCursor.Of(t.Id)));
    }
}
