using System.Text;
using DevPortal.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace DevPortal.Portal.Web;

/// <summary>What the website has of a brand besides name, logo and colours. The file may change while it runs.</summary>
public sealed record WebsiteBrand : BrandOptions
{
    /// <summary>Markdown: the text of the home page. Its first heading is the headline.</summary>
    public string Home { get; init; } = "home.md";
}

static class Brand
{
    public static void AddBrand(this WebApplicationBuilder builder) =>
        builder.Services.AddOptions<WebsiteBrand>().BindConfiguration("Brand").ValidateDataAnnotations().ValidateOnStart();

    public static void MapBrand(this WebApplication app)
    {
        var css = Encoding.UTF8.GetBytes(app.Services.GetRequiredService<IOptions<WebsiteBrand>>().Value.Colours);
        app.MapGet("/brand/colours.css", (HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "public, max-age=3600";
            return TypedResults.Bytes(css, "text/css; charset=utf-8");
        }).AllowAnonymous();
    }

    /// <summary>The home page's text, as it is now.</summary>
    public static string HomeText(this IWebHostEnvironment environment, WebsiteBrand brand) => File.ReadAllText(Path.Combine(environment.ContentRootPath, brand.Home));
}
