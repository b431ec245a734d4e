using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;

namespace DevPortal.Gateway;

/// <summary>Coarse authorisation: who has no valid token gets no further, except to browse the catalog and to sign in. What a caller may do
/// is for the services to say.</summary>
static class Callers
{
    public static void AddCallers(this WebApplicationBuilder builder) => builder.Services.AddAuthorizationBuilder()
        .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());

    /// <summary>A token that is no longer good is refused where none is needed too: else its owner would see fewer products and not know why.</summary>
    public static void UseCallers(this WebApplication app) => app.Use((http, next) =>
        IsApi(http) && http.Request.Headers.Authorization.Count > 0 && http.User.Identity is not { IsAuthenticated: true } ? RefuseTokenAsync(http) : next(http));

    public static bool IsApi(HttpContext http) => http.Request.Path.StartsWithSegments("/api");

    public static Task RefuseTokenAsync(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        return new Refusal(StatusCodes.Status401Unauthorized, "invalid-token", "The token is not one of ours, has expired or was revoked.").ToProblem().ExecuteAsync(http);
    }
}
