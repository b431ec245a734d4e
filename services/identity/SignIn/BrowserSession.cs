using System.Globalization;
using System.Security.Claims;
using DevPortal.Contracts.Identity;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Authentication;

namespace DevPortal.Identity.SignIn;

/// <summary>That somebody is signed in in this browser: a cookie with his id and the version of his stream at that time.</summary>
public static class BrowserSession
{
    public const string Scheme = "session";

    public static void AddBrowserSession(this IServiceCollection services) =>
        services.AddAuthentication().AddCookie(Scheme, cookie =>
        {
            cookie.Cookie.Name = "__Host-devportal-session";
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.Always;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.Path = "/";
            cookie.ExpireTimeSpan = TimeSpan.FromHours(12);
            cookie.SlidingExpiration = true;
        });

    public static Task BeginAsync(HttpContext http, Guid id, long version) => http.SignInAsync(Scheme, new ClaimsPrincipal(new ClaimsIdentity(
        [new Claim("sub", id.ToString()), new Claim(Authentication.UserVersionClaim, version.ToString(CultureInfo.InvariantCulture))], Scheme)));

    public static Task EndAsync(HttpContext http) => http.SignOutAsync(Scheme);

    /// <summary>Who is signed in here, if his session is still good.</summary>
    public static async Task<KnownUser?> FindAsync(HttpContext http, IQuerySession session)
    {
        var cookie = await http.AuthenticateAsync(Scheme);
        return cookie.Principal is { } principal ? await FindAsync(principal, session, http.RequestAborted) : null;
    }

    /// <summary>Somebody was signed in here, and his session was ended from elsewhere.</summary>
    public static async Task<bool> HasEndedAsync(HttpContext http, IQuerySession session) =>
        (await http.AuthenticateAsync(Scheme)).Principal is { } principal && await FindAsync(principal, session, http.RequestAborted) is null;

    /// <summary>The person behind claims that were made earlier: null if he was deactivated or signed out everywhere since.</summary>
    public static async Task<KnownUser?> FindAsync(ClaimsPrincipal made, IQuerySession session, CancellationToken ct)
    {
        if (!Guid.TryParse(made.FindFirst("sub")?.Value, out var id) || !long.TryParse(made.FindFirst(Authentication.UserVersionClaim)?.Value, out var version)) return null;
        return await session.LoadAsync<KnownUser>(id, ct) is { Status: UserStatus.Active } user && version >= user.TokensGoodFrom ? user : null;
    }
}
