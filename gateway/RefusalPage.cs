using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using DevPortal.ServiceDefaults;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace DevPortal.Gateway;

/// <summary>What the gateway itself refuses: problem details for programs, words for a person whose browser asked for a page. It needs no service: it is there when
/// all of them are away.</summary>
static class RefusalPage
{
    /// <summary>Not among what limits count: a page that says "too much at once" has its looks.</summary>
    public const string Stylesheet = "/refused.css";

    const int MostTyped = 256 * 1024;

    static readonly CompositeFormat Page = CompositeFormat.Parse(Encoding.UTF8.GetString(Read("refused.html")));

    public static void MapRefusalPage(this WebApplication app)
    {
        byte[] styles = [.. Read("refused.css"), .. Encoding.UTF8.GetBytes(app.Services.GetRequiredService<IOptions<BrandOptions>>().Value.Colours)];
        app.MapGet(Stylesheet, (HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "public, max-age=3600";
            return TypedResults.Bytes(styles, "text/css; charset=utf-8");
        }).AllowAnonymous();
    }

    /// <param name="isUnread">Nobody has read the body yet, so that what was typed can be sent again from the page.</param>
    public static async Task RefuseAsync(this HttpContext http, Refusal refusal, bool isUnread = false)
    {
        if (!IsForPerson(http.Request))
        {
            await refusal.ToProblem().ExecuteAsync(http);
            return;
        }

        var t = http.RequestServices.GetRequiredService<IStringLocalizer<Texts>>();
        var brand = http.RequestServices.GetRequiredService<IOptions<BrandOptions>>().Value;
        var next = isUnread && await TypedAsync(http.Request) is { } typed
            ? $"""<form method="post">{typed}<button>{t["Send it again"]}</button></form>"""
            : HttpMethods.IsGet(http.Request.Method) ? $"""<p><a class="button" href="">{t["Try again"]}</a> <a href="/">{t["To the start page"]}</a></p>"""
            : $"<p>{t["Go back: the browser has kept what you typed."]}</p>";
        http.Response.StatusCode = refusal.Status;
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        if (refusal.RetryAfter is { } seconds) http.Response.Headers.RetryAfter = $"{seconds}";
        await http.Response.WriteAsync(string.Format(
            null, Page, Title(refusal.Status, t), Text(refusal, t), next, CultureInfo.CurrentUICulture.Name, HtmlEncoder.Default.Encode(brand.Name),
            brand.Logo is null ? $"""<span aria-hidden="true">{HtmlEncoder.Default.Encode(StringInfo.GetNextTextElement(brand.Name))}</span>""" : $"""<img src="{BrandOptions.LogoAddress}" alt="" width="32" height="32">""",
            brand.Logo is null ? "data:," : BrandOptions.LogoAddress), Encoding.UTF8);
    }

    static bool IsForPerson(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal) && !request.Path.StartsWithSegments("/api") && !request.Path.StartsWithSegments("/openapi");

    static string Title(int status, IStringLocalizer<Texts> t) => status switch
    {
        429 => t["Too much at once"],
        503 or 504 => t["Away for a moment"],
        _ => t["That could not be done"],
    };

    static string Text(Refusal refusal, IStringLocalizer<Texts> t) => refusal switch
    {
        { Status: 429, RetryAfter: > 1 } => t["Too many pages were asked for from where you are. Nothing was done. Wait {0} seconds, then try again.", refusal.RetryAfter],
        { Status: 429 } => t["Too many pages were asked for from where you are. Nothing was done. Wait a second, then try again."],
        { Status: 503 } => t["This part of the portal does not answer. It is mostly back within seconds, and keys that were issued go on working."],
        { Status: 504 } => t["This part of the portal did not answer in time and may still be at it. Look whether it was done before you send it again."],
        _ => HtmlEncoder.Default.Encode(refusal.Detail),
    };

    /// <summary>The form as it was sent. What is typed at the sign-in is a secret and is typed again.</summary>
    static async Task<string?> TypedAsync(HttpRequest request)
    {
        if (!request.HasFormContentType || request.ContentLength is null or > MostTyped || Limits.IsSignIn(request.Path)) return null;
        try
        {
            var fields = (await request.ReadFormAsync(request.HttpContext.RequestAborted)).SelectMany(field => field.Value.Select(value => (field.Key, Value: value ?? "")));
            return string.Concat(fields.Select(field => $"""<input type="hidden" name="{HtmlEncoder.Default.Encode(field.Key)}" value="{HtmlEncoder.Default.Encode(field.Value)}">"""));
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or IOException)
        {
            // The refusal stands, whatever was sent.
            return null;
        }
    }

    static byte[] Read(string name)
    {
        using var stream = typeof(RefusalPage).Assembly.GetManifestResourceStream(name)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
