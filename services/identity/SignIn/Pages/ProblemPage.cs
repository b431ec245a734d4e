using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace DevPortal.Identity.SignIn.Pages;

/// <summary>What is refused on the way to one of our pages is a page too, where a browser asked; for programs it stays a problem.</summary>
sealed class ProblemPage(IOptions<ProblemDetailsOptions> problems, IOptions<AntiforgeryOptions> antiforgery, IOptions<PublicAddress> address) : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) =>
        context.HttpContext.Request is var asked && asked.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal)
        && !asked.Path.StartsWithSegments("/api") && !asked.Path.StartsWithSegments("/openapi");

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        problems.Value.CustomizeProblemDetails?.Invoke(context);
        var http = context.HttpContext;
        // What renders pages can begin once in a scope, and may have begun.
        await using var scope = http.RequestServices.CreateAsyncScope();
        http.RequestServices = scope.ServiceProvider;
        var (title, message) = Say(http, scope.ServiceProvider.GetRequiredService<IStringLocalizer<Texts>>());
        await new RazorComponentResult<MessagePage>(new { Title = title, Message = message, Again = Again(http) }) { StatusCode = http.Response.StatusCode }.ExecuteAsync(http);
    }

    (string Title, string Message) Say(HttpContext http, IStringLocalizer<Texts> t) => http.Response.StatusCode switch
    {
        // The page gave it a cookie, so a form that comes without says that the browser did not take it.
        400 when IsForged(http) && !http.Request.Cookies.ContainsKey(antiforgery.Value.Cookie.Name!) =>
            (t["Your browser keeps no cookies"], t["Nobody can sign in without them. Allow cookies for {0} and try again. Some browsers keep none at a plain http address: the portal's https address works in all of them.", address.Value.Issuer]),
        400 when IsForged(http) => (t["That could not be taken"], t["The page was open for too long, or you signed in or out meanwhile. Nothing was done. Open it again."]),
        400 or 413 or 415 or 422 => (t["That could not be taken"], t["What was sent can't be read. Nothing was done."]),
        < 500 => (t["Nothing here"], t["There is no page at this address."]),
        503 => (t["Away for a moment"], t["A server that is needed for this is away. Nothing was changed; try again in a moment."]),
        _ => (t["Something failed"], t["It was recorded; please try again."]),
    };

    static bool IsForged(HttpContext http) => http.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false };

    /// <summary>The page whose form was sent; null for a one-time link, which is not in the address of its form.</summary>
    static string? Again(HttpContext http) => http.Request.Path == "/account/link" ? null : http.Request.Path + http.Request.QueryString;
}
