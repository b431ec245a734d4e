using System.Text;
using DevPortal.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace DevPortal.Portal.Web;

/// <summary>What the website has of a brand besides name and colours. The files may change while it runs.</summary>
public sealed record WebsiteBrand : BrandOptions
{
    /// <summary>A picture (svg, png), as a path; none: the first letter of the name.</summary>
    public string? Logo { get; init; }

    /// <summary>Markdown: the text of the home page. Its first heading is the headline.</summary>
    public string Home { get; init; } = "home.md";
}

static class Brand
{
    public static void AddBrand(this WebApplicationBuilder builder) =>
        builder.Services.AddOptions<WebsiteBrand>().BindConfiguration("Brand").ValidateDataAnnotations().ValidateOnStart();

    public static void MapBrand(this WebApplication app)
    {
        var brand = app.Services.GetRequiredService<IOptions<WebsiteBrand>>().Value;
        var css = Encoding.UTF8.GetBytes(brand.Colours);
        app.MapGet("/brand/colours.css", (HttpContext http) => Cached(http, TypedResults.Bytes(css, "text/css; charset=utf-8"))).AllowAnonymous();
        if (brand.Logo is { } logo)
        {
            var file = Path.Combine(app.Environment.ContentRootPath, logo);
            var type = Path.GetExtension(file) == ".svg" ? "image/svg+xml" : "image/png";
            app.MapGet("/brand/logo", (HttpContext http) => Cached(http, TypedResults.PhysicalFile(file, type))).AllowAnonymous();
        }
    }

    /// <summary>The home page's text, as it is now.</summary>
    public static string HomeText(this IWebHostEnvironment environment, WebsiteBrand brand) => File.ReadAllText(Path.Combine(environment.ContentRootPath, brand.Home));

    static T Cached<T>(HttpContext http, T answer)
    {
        http.Response.Headers.CacheControl = "public, max-age=3600";
        return answer;
    }
}
