using System.ComponentModel.DataAnnotations;
using System.Text;
using Microsoft.Extensions.Options;

namespace DevPortal.Portal.Web;

/// <summary>Section <c>Brand</c>: whose portal this is. Read at the start; the files may change while it runs.</summary>
public sealed partial record BrandOptions
{
    /// <summary>Beside the logo, in titles and on the home page.</summary>
    [Required, StringLength(60)]
    public string Name { get; init; } = "DevPortal";

    /// <summary>A picture (svg, png), as a path; none: the first letter of the name.</summary>
    public string? Logo { get; init; }

    /// <summary>Of buttons and links, on white.</summary>
    [RegularExpression("#[0-9a-fA-F]{6}")]
    public string Accent { get; init; } = "#4f46e5";

    /// <summary>The same where the system is dark.</summary>
    [RegularExpression("#[0-9a-fA-F]{6}")]
    public string AccentDark { get; init; } = "#9d9bff";

    /// <summary>Markdown: the text of the home page. Its first heading is the headline.</summary>
    public string Home { get; init; } = "home.md";
}

static class Brand
{
    public static void AddBrand(this WebApplicationBuilder builder) =>
        builder.Services.AddOptions<BrandOptions>().BindConfiguration("Brand").ValidateDataAnnotations().ValidateOnStart();

    public static void MapBrand(this WebApplication app)
    {
        var brand = app.Services.GetRequiredService<IOptions<BrandOptions>>().Value;
        var css = Encoding.UTF8.GetBytes($":root{{--accent:{brand.Accent}}}@media (prefers-color-scheme:dark){{:root{{--accent:{brand.AccentDark}}}}}");
        app.MapGet("/brand/colours.css", (HttpContext http) => Cached(http, TypedResults.Bytes(css, "text/css; charset=utf-8"))).AllowAnonymous();
        if (brand.Logo is { } logo)
        {
            var file = Path.Combine(app.Environment.ContentRootPath, logo);
            var type = Path.GetExtension(file) == ".svg" ? "image/svg+xml" : "image/png";
            app.MapGet("/brand/logo", (HttpContext http) => Cached(http, TypedResults.PhysicalFile(file, type))).AllowAnonymous();
        }
    }

    /// <summary>The home page's text, as it is now.</summary>
    public static string HomeText(this IWebHostEnvironment environment, BrandOptions brand) => File.ReadAllText(Path.Combine(environment.ContentRootPath, brand.Home));

    static T Cached<T>(HttpContext http, T answer)
    {
        http.Response.Headers.CacheControl = "public, max-age=3600";
        return answer;
    }
}
