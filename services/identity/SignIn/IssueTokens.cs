using System.Security.Claims;
using Marten;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace DevPortal.Identity.SignIn;

/// <summary>A code or a refresh token becomes tokens, unless the person was deactivated or signed out everywhere since.</summary>
public static class IssueTokens
{
    public static void MapIssueTokens(this IEndpointRouteBuilder app) =>
        app.MapPost("/connect/token", Handle).WithName(nameof(IssueTokens)).AllowAnonymous().DisableAntiforgery();

    static async Task<IResult> Handle(HttpContext http, IQuerySession session)
    {
        var request = http.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("OpenIddict did not see this request.");
        if (!request.IsAuthorizationCodeGrantType() && !request.IsRefreshTokenGrantType())
            return Authorize.Refuse(Errors.UnsupportedGrantType, "Only authorization_code and refresh_token.");

        var presented = (await http.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)).Principal!;
        if (await BrowserSession.FindAsync(presented, session, http.RequestAborted) is not { } user)
            return Authorize.Refuse(Errors.InvalidGrant, "This sign-in is no longer good.");

        var identity = Authorize.Describe(user);
        identity.SetScopes(presented.GetScopes());
        identity.SetAuthorizationId(presented.GetAuthorizationId());
        return Results.SignIn(new ClaimsPrincipal(identity), authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }
}
