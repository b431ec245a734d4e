using System.Security.Claims;
using DevPortal.Contracts.Identity;
using DevPortal.ServiceDefaults;
using JasperFx.Events.Projections;
using Marten;
using MassTransit;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DevPortal.Eventing;

/// <summary>What this service has heard about a person: all that decides what he may do here.</summary>
/// <param name="Id">The person.</param>
/// <param name="SourceVersion">Version of his stream in identity. (A member named Version would be set by Marten to the local one.)</param>
public sealed record KnownUser(
    Guid Id, long SourceVersion, UserStatus Status, UserRole Role, Guid OrganisationId, Guid[] TeamIds, Guid? LastLinkMadeBy, long TokensGoodFrom)
{
    /// <summary>Who made the link that his password came by.</summary>
    public Guid? UsedLinkMadeBy { get; init; }

    /// <summary>Whether somebody could have signed in as him: by the last link, or by the one that was used before it.</summary>
    public bool CouldBe(Guid other) => LastLinkMadeBy == other || UsedLinkMadeBy == other;

    /// <summary>Starts with the first message that arrives, which need not be the first that was sent.</summary>
    public static KnownUser Create(UserChanged heard) => new(
        heard.UserId, heard.Origin.Version, heard.Status, heard.Role, heard.OrganisationId, heard.TeamIds, heard.LastLinkMadeBy, heard.TokensGoodFrom)
    { UsedLinkMadeBy = heard.UsedLinkMadeBy };

    /// <summary>The later version stays, whichever arrives last.</summary>
    public KnownUser Apply(UserChanged heard) => heard.IsNewerThan(SourceVersion) ? Create(heard) : this;
}

/// <summary>A personal access token that is no longer good.</summary>
public sealed record RevokedToken(Guid Id, DateTimeOffset At);

/// <summary>Hears about people and tokens; on the people queue of every service.</summary>
public sealed class HearUsers(IDocumentSession session) : IConsumer<UserChanged>, IConsumer<PersonalAccessTokenRevoked>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<UserChanged> context) => session.HearAsync(context.Message, context.CancellationToken);

    /// <inheritdoc/>
    public Task Consume(ConsumeContext<PersonalAccessTokenRevoked> context)
    {
        session.Store(new RevokedToken(context.Message.TokenId, context.Message.Origin.OccurredAt));
        return session.SaveChangesAsync(context.CancellationToken);
    }
}

/// <summary>Who calls, as this service knows him. A parameter of endpoints; nullable where people need not be signed in.</summary>
/// <param name="Id">The person.</param>
/// <param name="Role">What he may do, already cut to the scopes of his personal access token.</param>
/// <param name="OrganisationId">His organisation.</param>
/// <param name="TeamIds">His teams.</param>
/// <param name="PersonalAccessToken">The token that he calls with, if it is one.</param>
public sealed record CurrentUser(Guid Id, UserRole Role, Guid OrganisationId, Guid[] TeamIds, Guid? PersonalAccessToken)
{
    /// <summary>Who could have signed in as him: the makers of his last one-time link and of the one that he used.</summary>
    public Guid[] LinkMakers { get; init; } = [];

    /// <summary>Whether he is an admin here and now.</summary>
    public bool IsAdmin => Role == UserRole.Admin;

    /// <summary>Binds endpoint parameters.</summary>
    public static ValueTask<CurrentUser?> BindAsync(HttpContext http) => ValueTask.FromResult(http.Features.Get<CurrentUser>());
}

/// <summary>Turns a valid token into a <see cref="CurrentUser"/>, or refuses. The token says who; all else is known here.</summary>
public static class Callers
{
    /// <summary>Policy: the caller is an admin.</summary>
    public const string Admin = "admin";

    /// <summary>Token validation, the policies (deny by default: a route without one needs a signed-in caller).</summary>
    public static WebApplicationBuilder AddCallers(this WebApplicationBuilder builder)
    {
        builder.AddTokens();
        builder.Services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
            .AddPolicy(Admin, policy => policy.RequireClaim(ClaimTypes.Role, Admin));
        return builder;
    }

    /// <summary>Keeps <see cref="KnownUser"/> from the messages of identity. Call in <c>AddEventStore</c>'s configure (not in identity itself).</summary>
    public static void HearsUsers(this StoreOptions options) => options.Projections.Snapshot<KnownUser>(SnapshotLifecycle.Inline);

    /// <summary>Authentication, caller, authorization. Call before the endpoints.</summary>
    public static void UseCallers(this WebApplication app)
    {
        app.UseAuthentication();
        app.Use(IdentifyAsync);
        app.UseAuthorization();
    }

    static async Task IdentifyAsync(HttpContext http, RequestDelegate next)
    {
        if (http.User.Identity is { IsAuthenticated: true } && ClaimedUser.Read(http.User) is { } claimed)
        {
            var (user, refusal) = await FindAsync(http, claimed);
            if (refusal is not null)
            {
                await refusal.ToProblem().ExecuteAsync(http);
                return;
            }

            http.Features.Set(user);
            if (user!.IsAdmin) ((ClaimsIdentity)http.User.Identity).AddClaim(new Claim(ClaimTypes.Role, Admin));
        }

        await next(http);
    }

    static async Task<(CurrentUser?, Refusal?)> FindAsync(HttpContext http, ClaimedUser claimed)
    {
        await using var session = http.RequestServices.GetRequiredService<IDocumentStore>().QuerySession();
        var time = http.RequestServices.GetRequiredService<TimeProvider>();
        var started = time.GetTimestamp();
        var known = await session.LoadAsync<KnownUser>(claimed.Id, http.RequestAborted);
        // The token may be younger than the last message that arrived here; granting by what is older could grant too much.
        while ((known is null || known.SourceVersion < claimed.Version) && time.GetElapsedTime(started) < TimeSpan.FromSeconds(2))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, http.RequestAborted);
            known = await session.LoadAsync<KnownUser>(claimed.Id, http.RequestAborted);
        }

        if (known is null || known.SourceVersion < claimed.Version) return (null, Refusal.NotYetKnown("person behind this token"));
        var revoked = claimed.PersonalAccessToken is { } pat && await session.LoadAsync<RevokedToken>(pat, http.RequestAborted) is not null;
        if (Refuse(known, claimed, revoked) is { } refusal) return (null, refusal);
        if (RefuseScope(claimed, http.Request.Method) is { } outOfScope) return (null, outOfScope);
        return (new CurrentUser(known.Id, claimed.MayAdminister ? known.Role : UserRole.Member, known.OrganisationId, known.TeamIds, claimed.PersonalAccessToken) { LinkMakers = [.. new[] { known.LastLinkMadeBy, known.UsedLinkMadeBy }.OfType<Guid>()] }, null);
    }

    /// <summary>Deactivated, signed out everywhere, demoted since, or token revoked.</summary>
    internal static Refusal? Refuse(KnownUser known, ClaimedUser claimed, bool tokenRevoked) =>
        known.Status != UserStatus.Active || claimed.Version < known.TokensGoodFrom || tokenRevoked
            ? new Refusal(StatusCodes.Status401Unauthorized, "token-no-longer-good", "This token is no longer good. Sign in again.")
            : null;

    internal static Refusal? RefuseScope(ClaimedUser claimed, string method) =>
        claimed.MayWrite || HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method)
            ? null
            : Refusal.Forbidden("scope", "This personal access token has no scope 'write'.");
}

/// <summary>What a token claims.</summary>
sealed record ClaimedUser(Guid Id, long Version, Guid? PersonalAccessToken, string[] Scopes)
{
    // Scopes are a ceiling of personal access tokens; a token from a sign-in has none.
    public bool MayWrite => PersonalAccessToken is null || Scopes.Contains("write") || Scopes.Contains("admin");

    public bool MayAdminister => PersonalAccessToken is null || Scopes.Contains("admin");

    public static ClaimedUser? Read(ClaimsPrincipal token) =>
        Guid.TryParse(token.FindFirst("sub")?.Value, out var id) && long.TryParse(token.FindFirst(Authentication.UserVersionClaim)?.Value, out var version)
            ? new ClaimedUser(
                id, version, Guid.TryParse(token.FindFirst(Authentication.PersonalAccessTokenClaim)?.Value, out var pat) ? pat : null,
                token.FindFirst("scope")?.Value.Split(' ') ?? [])
            : null;
}
