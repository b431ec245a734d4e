using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace DevPortal.Gateway;

/// <summary>Coarse authorisation: who has no valid token gets no further, except to browse the catalog and to sign in. What a caller may do
/// is for the services to say.</summary>
static class Callers
{
    const string Bearer = "Bearer ";

    /// <summary>Says who calls. Whose token was good a moment ago is known without a look at it: most calls are such.</summary>
    public static void UseTokens(this WebApplication app)
    {
        var known = app.Services.GetRequiredService<KnownTokens>();
        // Where nobody has said so, the host puts both before everything else, the exchange of personal access tokens and the answer to failures included.
        foreach (var middleware in new[] { "__AuthenticationMiddlewareSet", "__AuthorizationMiddlewareSet" }) ((IApplicationBuilder)app).Properties[middleware] = true;
        app.Use(next => http =>
        {
            if (http.Request.Headers.Authorization is not [{ } header]) return next(http);
            if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) || !known.TryRecognise(header.AsSpan(Bearer.Length).Trim(), out var caller)) return AuthenticateAsync(http, next);
            http.User = caller;
            return next(http);
        });
    }

    /// <summary>Nobody gets to an endpoint that does not say that anybody may, but by a token. One that is no longer good is refused where none is needed too:
    /// else its owner would see fewer products and not know why.</summary>
    public static void UseCallers(this WebApplication app) => app.Use(next => http =>
        http.User.Identity is { IsAuthenticated: true } ? next(http)
        : IsApi(http) && http.Request.Headers.Authorization.Count > 0 ? RefuseTokenAsync(http)
        : http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null ? http.ChallengeAsync()
        : next(http));

    public static bool IsApi(HttpContext http) => http.Request.Path.StartsWithSegments("/api");

    public static Task RefuseTokenAsync(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        return new Refusal(StatusCodes.Status401Unauthorized, "invalid-token", "The token is not one of ours, has expired or was revoked.").ToProblem().ExecuteAsync(http);
    }

    static async Task AuthenticateAsync(HttpContext http, RequestDelegate next)
    {
        if ((await http.AuthenticateAsync()).Principal is { } caller) http.User = caller;
        await next(http);
    }
}
