using DevPortal.Identity.SignIn.Pages;

namespace DevPortal.Identity.SignIn;

/// <summary>All that browsers and clients see of signing in.</summary>
public static class SignInRoutes
{
    public static void MapSignInPages(this IEndpointRouteBuilder app)
    {
        // Pages and forms are no part of the API that /openapi describes.
        var pages = app.MapGroup("").ExcludeFromDescription();
        pages.MapAuthorize();
        pages.MapIssueTokens();
        pages.MapSignIn();
        pages.MapSignOut();
        pages.MapWelcome();
        pages.MapUseLink();
        app.MapStylesheet();
    }
}
