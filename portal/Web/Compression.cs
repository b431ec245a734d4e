using System.IO.Compression;
using DevPortal.Portal.Sessions;
using Microsoft.AspNetCore.ResponseCompression;

namespace DevPortal.Portal.Web;

/// <summary>Pages for everybody are sent compressed. A page of somebody who is signed in is not: the length of a compressed page tells of the secrets in it to whoever can
/// put words of his own beside them (BREACH).</summary>
static class Compression
{
    public static void AddPageCompression(this WebApplicationBuilder builder)
    {
        builder.Services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ["text/html"];
        });
        builder.Services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
    }

    public static void UsePageCompression(this WebApplication app) =>
        app.UseWhen(http => !http.Request.Cookies.ContainsKey(SessionHandler.CookieName), pages => pages.UseResponseCompression());
}
