using System.Globalization;
using System.Security.Claims;
using System.Text.Json.Serialization;
using DevPortal.Contracts.Identity;
using DevPortal.Eventing;
using DevPortal.Identity.Startup;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using IQuerySession = Marten.IQuerySession;

namespace DevPortal.Identity.Tokens;

/// <summary>The gateway exchanges the personal access token of a caller for an access token of a minute, which services can check
/// by themselves. Not among the gateway's own routes: nobody reaches this from outside.</summary>
public static class ExchangePersonalAccessToken
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>In the terms of RFC 8693 §2.2.1.</summary>
    public sealed record Answer(
        [property: JsonPropertyName("access_token")] string AccessToken, [property: JsonPropertyName("expires_in")] int ExpiresIn,
        [property: JsonPropertyName("token_type")] string TokenType = "Bearer")
    {
        public override string ToString() => nameof(Answer);
    }

    public static void MapExchangePersonalAccessToken(this IEndpointRouteBuilder app) =>
        app.MapPost("/internal/exchange", Handle).WithName(nameof(ExchangePersonalAccessToken)).AllowAnonymous().ExcludeFromDescription().DisableAntiforgery();

    static async Task<Results<Ok<Answer>, ProblemHttpResult>> Handle(
        HttpContext http, [FromForm(Name = "subject_token")] string? presented, IdentityDb db, IQuerySession session, Minting minting, TokenKeys keys, IOptions<PublicAddress> address, TimeProvider time, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (!KeyFormat.IsWellFormed(presented ?? "", KeyFormat.PersonalAccessToken)) return NoLongerGood.ToProblem();

        var hash = minting.Hash(KeyFormat.PersonalAccessToken, presented!);
        var token = await db.Tokens.AsNoTracking().SingleOrDefaultAsync(t => t.Hash == hash, ct);
        var owner = token is null ? null : await session.LoadAsync<KnownUser>(token.UserId, ct);
        var now = time.GetUtcNow();
        if (token is null || owner is null || Refuse(token, owner, now) is not null) return NoLongerGood.ToProblem();

        var expires = token.ExpiresAt < now + Lifetime ? token.ExpiresAt : now + Lifetime;
        return TypedResults.Ok(new Answer(Sign(token, owner, now, expires, keys, address.Value.Issuer), (int)(expires - now).TotalSeconds));
    }

    static Refusal NoLongerGood => new(StatusCodes.Status401Unauthorized, "token-no-longer-good", "This personal access token is not good, or no longer.");

    public static Refusal? Refuse(StoredToken token, KnownUser owner, DateTimeOffset now) =>
        token.RevokedAt is null && token.ExpiresAt > now && owner.Status == UserStatus.Active ? null : NoLongerGood;

    static string Sign(StoredToken token, KnownUser owner, DateTimeOffset now, DateTimeOffset expires, TokenKeys keys, string issuer) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = Authentication.Audience,
            TokenType = "at+jwt",
            IssuedAt = now.UtcDateTime,
            Expires = expires.UtcDateTime,
            SigningCredentials = new SigningCredentials(keys.Signing, SecurityAlgorithms.EcdsaSha256),
            Subject = new ClaimsIdentity(
            [
                new Claim("sub", owner.Id.ToString()),
                new Claim("jti", Guid.CreateVersion7(now).ToString()),
                new Claim("client_id", "personal-access-token"),
                new Claim("scope", string.Join(' ', token.Scopes)),
                new Claim(Authentication.UserVersionClaim, owner.SourceVersion.ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer64),
                new Claim(Authentication.PersonalAccessTokenClaim, token.Id.ToString()),
            ]),
        });
}
