using DevPortal.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace DevPortal.Gateway;

/// <summary>Headers that tell browsers what not to do, on every answer.</summary>
static class SecurityHeaders
{
    /// <summary>The sign-in form leads on to where the client's sign-in ends, and browsers hold redirects against form-action too: this machine's own
    /// loopback for command-line programs (RFC 8252 §7.3), and configured clients.</summary>
    static string Strict(ClientOptions clients) =>
        $"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action {string.Join(' ', ["'self'", "http://127.0.0.1:*", .. clients.RedirectOrigins])}; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>The API reference builds its styles while it runs, so it alone may have styles in the page; scripts need the nonce there.</summary>
    public static string ForDocs(string nonce) =>
        $"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this WebApplication app)
    {
        var isHttps = app.Services.GetRequiredService<IOptions<PublicAddress>>().Value.PublicUrl.StartsWith("https:", StringComparison.Ordinal);
        var strict = Strict(app.Services.GetRequiredService<IOptions<ClientOptions>>().Value);
        Func<object, Task> set = answer =>
        {
            var headers = (IHeaderDictionary)answer;
            // A page of identity knows better where its form may lead (a client's redirect address), so its own policy stands.
            if (headers.ContentSecurityPolicy.Count == 0) headers.ContentSecurityPolicy = strict;
            headers.XContentTypeOptions = "nosniff";
            // Only the origin, not the path: a one-time link is in one. ("no-referrer" would take the Origin from forms.)
            headers["Referrer-Policy"] = "strict-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
            if (isHttps) headers.StrictTransportSecurity = "max-age=31536000";
            return Task.CompletedTask;
        };
        app.Use((http, next) =>
        {
            http.Response.OnStarting(set, http.Response.Headers);
            return next(http);
        });
    }
}
