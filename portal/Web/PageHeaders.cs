using System.Security.Cryptography;

namespace DevPortal.Portal.Web;

/// <summary>What browsers may do with a page: run our own scripts that carry this answer's nonce, and nothing written into the page.</summary>
static class PageHeaders
{
    static readonly object NonceKey = new();

    public static string Nonce(this HttpContext http) => (string)http.Items[NonceKey]!;

    public static void UsePageHeaders(this WebApplication app) => app.Use((http, next) =>
    {
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        http.Items[NonceKey] = nonce;
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            if (headers.ContentSecurityPolicy.Count == 0) headers.ContentSecurityPolicy = Strict(nonce);
            // Pages are somebody's. Assets have set theirs.
            if (headers.CacheControl.Count == 0) headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        return next(http);
    });

    static string Strict(string nonce) =>
        $"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    /// <summary>The API renderer builds its styles while it runs, so its page alone may have styles in it.</summary>
    /// <param name="api">Where the API is called: it may be tried from the page.</param>
    public static string ForReference(string nonce, string? api) =>
        $"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'{Origin(api)}; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    static string Origin(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https") ? " " + url.GetLeftPart(UriPartial.Authority) : "";
}
