using System.Security.Claims;
using System.Text.Json;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace DevPortal.Identity.SignIn;

/// <summary>A client sends somebody's browser here to learn who he is. Consent is implied: the clients are our own.</summary>
public static class Authorize
{
    public static void MapAuthorize(this IEndpointRouteBuilder app) =>
        app.MapMethods("/connect/authorize", ["GET", "POST"], Handle).WithName(nameof(Authorize)).AllowAnonymous().DisableAntiforgery();

    static async Task<IResult> Handle(
        HttpContext http, IQuerySession session, IOpenIddictApplicationManager applications, IOpenIddictAuthorizationManager authorizations, TimeProvider time)
    {
        var request = http.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("OpenIddict did not see this request.");
        var user = await BrowserSession.FindAsync(http, session);
        if (user is null || (request.HasPromptValue(PromptValues.Login) && !HasJustSignedIn(http)))
            return request.HasPromptValue(PromptValues.None) ? Refuse(Errors.LoginRequired, "Nobody is signed in.") : Results.Redirect(SignInPage(http));

        var identity = Describe(user);
        identity.SetScopes(request.GetScopes());
        var client = await applications.FindByClientIdAsync(request.ClientId!, http.RequestAborted);
        var given = new OpenIddictAuthorizationDescriptor
        {
            ApplicationId = await applications.GetIdAsync(client!, http.RequestAborted),
            Subject = user.Id.ToString(),
            Type = AuthorizationTypes.AdHoc,
            Status = Statuses.Valid,
            CreationDate = time.GetUtcNow(),
            // Tells RevokeTokens which sessions were there before a password was reset, without comparing clocks.
            Properties = { [OpenIdServer.VersionProperty] = JsonSerializer.SerializeToElement(user.SourceVersion) },
        };
        given.Scopes.UnionWith(request.GetScopes());
        var authorization = await authorizations.CreateAsync(given, http.RequestAborted);
        identity.SetAuthorizationId(await authorizations.GetIdAsync(authorization, http.RequestAborted));
        return Results.SignIn(new ClaimsPrincipal(identity), authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }

    /// <summary>What tokens say: who, and as of which version of his stream. Never what he may do.</summary>
    public static ClaimsIdentity Describe(KnownUser user)
    {
        var identity = new ClaimsIdentity(TokenValidationParameters.DefaultAuthenticationType, Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, user.Id.ToString());
        identity.SetClaim(Authentication.UserVersionClaim, user.SourceVersion);
        identity.SetResources(Authentication.Audience);
        identity.SetDestinations(claim => claim.Type == Claims.Subject
            ? [Destinations.AccessToken, Destinations.IdentityToken]
            : [Destinations.AccessToken]);
        return identity;
    }

    public static IResult Refuse(string error, string description) => Results.Forbid(
        new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
        }),
        [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);

    // prompt=login asks for the password again, once: the sign-in page comes back with this mark, or it would go round forever.
    const string JustSignedIn = "signed-in";

    static bool HasJustSignedIn(HttpContext http) => http.Request.Query.ContainsKey(JustSignedIn);

    static string SignInPage(HttpContext http)
    {
        var parameters = http.Request.HasFormContentType ? [.. http.Request.Form] : http.Request.Query.ToList();
        parameters.RemoveAll(p => p.Key == JustSignedIn);
        var back = "/connect/authorize" + QueryString.Create(parameters).Add(JustSignedIn, "1");
        return "/sign-in" + QueryString.Create("returnUrl", back);
    }
}
