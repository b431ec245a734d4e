using System.ComponentModel.DataAnnotations;
using DevPortal.Eventing;
using DevPortal.Identity.People;
using DevPortal.Identity.Startup;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using IDocumentSession = Marten.IDocumentSession;

namespace DevPortal.Identity.Tokens;

/// <summary>A token for scripts of the caller's own. Shown once.</summary>
public static class CreatePersonalAccessToken
{
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(366);
    public const int Most = 50;

    public sealed record Input(
        [property: Required, StringLength(200, MinimumLength = 1), RegularExpression(PersonalData.OneLine, ErrorMessage = PersonalData.NotOneLine)] string Name, [property: Required, MaxLength(10)] string[] Scopes, DateTimeOffset ExpiresAt);

    public sealed record Answer(Guid Id, string Name, string[] Scopes, DateTimeOffset ExpiresAt, string Token)
    {
        public override string ToString() => $"personal access token {Id}";
    }

    public static void MapCreatePersonalAccessToken(this IEndpointRouteBuilder tokens) =>
        tokens.MapPost("/", Handle).WithName(nameof(CreatePersonalAccessToken)).Refuses(403, "sign-in-needed").Refuses(409, "too-many-tokens")
            .Refuses(422, "unknown-scope", "scope-beyond-rights", "bad-expiry").ShowsSecret().WithIdempotency();

    static async Task<Results<Created<Answer>, ProblemHttpResult>> Handle(
        Input input, CurrentUser owner, IDocumentSession session, IdentityDb db, Minting minting, HttpContext http, TimeProvider time, CancellationToken ct)
    {
        // With a key the session holds a connection already; a second one per call would empty the pool.
        await session.BeginTransactionAsync(ct);
        db.JoinTransaction(session);
        var now = time.GetUtcNow();
        if (Refuse(input, owner, await db.Tokens.CountAsync(t => t.UserId == owner.Id && t.RevokedAt == null && t.ExpiresAt > now, ct), now) is { } refusal)
            return refusal.ToProblem();

        var token = minting.New(KeyFormat.PersonalAccessToken);
        var created = Decide(input, owner, now);
        session.Events.StartStream(created.TokenId, created);
        db.Tokens.Add(new StoredToken
        {
            Id = created.TokenId,
            UserId = owner.Id,
            Name = input.Name.Trim(),
            Scopes = created.Scopes,
            Hash = minting.Hash(KeyFormat.PersonalAccessToken, token),
            Hint = KeyFormat.Hint(token),
            CreatedAt = now,
            ExpiresAt = created.ExpiresAt,
        });
        await db.SaveChangesAsync(ct);
        http.Response.Headers.CacheControl = "no-store";
        var answer = TypedResults.Created(
            $"/api/identity/tokens/{created.TokenId}", new Answer(created.TokenId, input.Name.Trim(), created.Scopes, created.ExpiresAt, token));
        return await session.TrySaveAsync(http, answer, ct, carriesSecret: true) is { } lost ? lost : answer;
    }

    public static Refusal? Refuse(Input input, CurrentUser owner, int living, DateTimeOffset now)
    {
        if (owner.PersonalAccessToken is not null)
            return Refusal.Forbidden("sign-in-needed", "Personal access tokens are made by somebody who is signed in, not with another token.");
        if (input.Scopes.Length == 0 || input.Scopes.Any(scope => !Scopes.All.Contains(scope)))
            return Refusal.Invalid("scopes", "unknown-scope", $"Scopes are {string.Join(", ", Scopes.All)}; at least one.");
        if (input.Scopes.Contains(Scopes.Admin) && !owner.IsAdmin)
            return Refusal.Invalid("scopes", "scope-beyond-rights", "A token can't do more than you can: you are no admin.");
        if (input.ExpiresAt <= now || input.ExpiresAt > now + LongestLife)
            return Refusal.Invalid("expiresAt", "bad-expiry", $"A token expires in the future, within {LongestLife.Days} days.");
        return living >= Most ? Refusal.Conflict("too-many-tokens", $"Nobody has more than {Most} tokens. Delete one first.") : null;
    }

    public static PersonalAccessTokenCreated Decide(Input input, CurrentUser owner, DateTimeOffset now) =>
        new(Guid.CreateVersion7(now), owner.Id, [.. Scopes.All.Intersect(input.Scopes)], input.ExpiresAt.ToUniversalTime(), now);
}
