using DevPortal.Identity.SignIn.Pages;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using OpenIddict.Server.AspNetCore;

namespace DevPortal.Identity.SignIn;

/// <summary>Ends the session of this browser: at a client's request, or on our own page.</summary>
public static class SignOut
{
    public static void MapSignOut(this IEndpointRouteBuilder app)
    {
        app.MapMethods("/connect/logout", ["GET", "POST"], (Delegate)EndSession).WithName("EndSession").AllowAnonymous().DisableAntiforgery();
        app.MapGet("/account/sign-out", () => new RazorComponentResult<SignOutPage>()).WithName("SignOutPage").AllowAnonymous();
        app.MapPost("/account/sign-out", Handle).WithName(nameof(SignOut)).AllowAnonymous();
    }

    static async Task<IResult> EndSession(HttpContext http)
    {
        await BrowserSession.EndAsync(http);
        // OpenIddict goes on to the client's post_logout_redirect_uri, which it has checked; else to the start page.
        return Results.SignOut(new AuthenticationProperties { RedirectUri = "/" }, [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
    }

    // The form parameter has antiforgery checked.
    static async Task<IResult> Handle(HttpContext http, [FromForm] string? returnUrl)
    {
        await BrowserSession.EndAsync(http);
        return Results.Redirect(LocalUrl.OrHome(returnUrl));
    }
}
