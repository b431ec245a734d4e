using System.Security.Claims;
using System.Text.Encodings.Web;
using DevPortal.Portal.Web;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.Options;

namespace DevPortal.Portal.Sessions;

/// <summary>Finds the session of a cookie, begins and ends it. Every sign-in gets a new id.</summary>
sealed class SessionHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder, SessionStore sessions)
    : SignInAuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public new const string Scheme = "session";

    public const string CookieName = "__Host-portal";

    static readonly HostCookie Cookie = new(CookieName, SameSiteMode.Lax);

    string? Id => Request.Cookies[Cookie.Name!] is { Length: 43 } id ? id : null;

    /// <summary>Looks are everybody's: a page that says that identity is away has them.</summary>
    bool IsAsset => Context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync() =>
        !IsAsset && Id is { } id && await sessions.FindAsync(id, Context.RequestAborted) is { } ticket ? AuthenticateResult.Success(ticket) : AuthenticateResult.NoResult();

    protected override async Task HandleSignInAsync(ClaimsPrincipal user, AuthenticationProperties? properties)
    {
        if (Id is { } before) await sessions.EndAsync(before, Context.RequestAborted);
        var id = await sessions.BeginAsync(new AuthenticationTicket(user, properties, Scheme), Context.RequestAborted);
        Response.Cookies.Append(Cookie.Name!, id, Cookie.Build(Context));
    }

    protected override async Task HandleSignOutAsync(AuthenticationProperties? properties)
    {
        if (Id is { } id) await sessions.EndAsync(id, Context.RequestAborted);
        Response.Cookies.Delete(Cookie.Name!, Cookie.Build(Context));
    }

    /// <summary>A page can be come back to after the sign-in; what was typed into a form can't, so that is answered by a page of its own. Looks of
    /// the script begin no sign-in: nobody would end it.</summary>
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if ((HttpMethods.IsGet(Request.Method) || HttpMethods.IsHead(Request.Method)) && !Context.LooksAgain())
            await Context.ChallengeAsync(SignIn.Identity, new AuthenticationProperties { RedirectUri = Request.PathBase + Request.Path + Request.QueryString });
        else
            Response.StatusCode = StatusCodes.Status401Unauthorized;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
