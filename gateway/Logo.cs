using DevPortal.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace DevPortal.Gateway;

/// <summary>The brand's picture, for the website, the sign-in and what is refused while these are away. The file may change while it runs.</summary>
static class Logo
{
    public static void MapLogo(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<BrandOptions>>().Value.Logo is not { } logo) return;
        var file = Path.Combine(app.Environment.ContentRootPath, logo);
        if (!File.Exists(file)) throw new InvalidOperationException($"Brand:Logo: there is no file {file}.");
        var type = Path.GetExtension(file) == ".svg" ? "image/svg+xml" : "image/png";
        app.MapGet(BrandOptions.LogoAddress, (HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "public, max-age=3600";
            return TypedResults.PhysicalFile(file, type);
        }).AllowAnonymous();
    }
}
