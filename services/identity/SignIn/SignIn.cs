using DevPortal.Contracts.Identity;
using DevPortal.Eventing;
using DevPortal.Identity.SignIn.Pages;
using DevPortal.Identity.Startup;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using IQuerySession = Marten.IQuerySession;

namespace DevPortal.Identity.SignIn;

/// <summary>The sign-in page. Who has no account, no password yet, or was deactivated gets the answer to a wrong password.</summary>
public static class SignIn
{
    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        app.MapGet("/sign-in", Show).WithName("SignInPage").AllowAnonymous();
        app.MapPost("/sign-in", Handle).WithName(nameof(SignIn)).AllowAnonymous();
    }

    static async Task<IResult> Show(HttpContext http, string? returnUrl, IQuerySession session, Shortcuts shortcuts, IStringLocalizer<Texts> t) => Page(
        returnUrl, shortcuts, error: await BrowserSession.HasEndedAsync(http, session)
            ? t["You are no longer signed in: you signed out everywhere, a password was set anew, or the account was deactivated. If signing in fails, ask an admin."].Value : null);

    static async Task<IResult> Handle(
        HttpContext http, [FromForm] string? email, [FromForm] string? password, [FromForm] string? shortcut, string? returnUrl,
        IdentityDb db, IQuerySession session, Passwords passwords, AttemptLimit limit, Shortcuts shortcuts, ILookupNormalizer normalizer, IStringLocalizer<Texts> t)
    {
        if (shortcuts.Read().FirstOrDefault(s => s.Email == shortcut) is { } chosen) (email, password) = (chosen.Email, chosen.Password);
        if (email is not { Length: > 0 and <= 254 } || password is not { Length: > 0 and <= Passwords.MaxLength })
            return Page(returnUrl, shortcuts, email, t["Type your e-mail address and your password."], StatusCodes.Status400BadRequest);

        if (await limit.CountAsync(email, http) is { } seconds)
        {
            SignInFigures.TooManyTries();
            http.Response.Headers.RetryAfter = seconds.ToString();
            return Page(returnUrl, shortcuts, email, TooManyTries(seconds, t), StatusCodes.Status429TooManyRequests);
        }

        var normalized = normalizer.NormalizeEmail(email);
        var account = await db.Users.AsNoTracking().SingleOrDefaultAsync(a => a.NormalizedEmail == normalized, http.RequestAborted);
        var user = await session.LoadAsync<KnownUser>(account?.Id ?? Guid.Empty, http.RequestAborted);
        if (!passwords.IsRight(account, password) || user is not { Status: UserStatus.Active })
        {
            SignInFigures.WrongPassword();
            return Page(returnUrl, shortcuts, email, t["This e-mail address and password do not fit."], StatusCodes.Status401Unauthorized);
        }

        await limit.ForgetAsync(email, http);
        await BrowserSession.BeginAsync(http, user.Id, user.SourceVersion);
        return Results.Redirect(LocalUrl.OrHome(returnUrl));
    }

    /// <summary>Whoever waits as long as it says does not wait in vain: a minute that has begun counts.</summary>
    public static string TooManyTries(int seconds, IStringLocalizer<Texts> t) =>
        seconds <= 60 ? t["Too many tries. Try again in a minute."] : t["Too many tries. Try again in {0} minutes.", (seconds + 59) / 60];

    static RazorComponentResult<SignInPage> Page(string? returnUrl, Shortcuts shortcuts, string? email = null, string? error = null, int status = 200) =>
        new(new { ReturnUrl = LocalUrl.OrHome(returnUrl), Email = email, Error = error, Shortcuts = shortcuts.Read() }) { StatusCode = status };
}
