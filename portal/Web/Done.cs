using DevPortal.ServiceDefaults;

namespace DevPortal.Portal.Web;

/// <summary>That a change was done, for the page that is shown next and for it alone: a word in a cookie, no secret.</summary>
static class Done
{
    static readonly HostCookie Cookie = new("__Host-portal-done", SameSiteMode.Lax) { MaxAge = TimeSpan.FromMinutes(1) };

    public static void Say(HttpContext http, string what) => http.Response.Cookies.Append(Cookie.Name!, what, Cookie.Build(http));

    /// <summary>What was done before this page; said once.</summary>
    public static string? Take(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method) || http.Response.HasStarted || http.LooksAgain() || http.Request.Cookies[Cookie.Name!] is not { } what) return null;
        http.Response.Cookies.Delete(Cookie.Name!, Cookie.Build(http));
        return what;
    }
}
