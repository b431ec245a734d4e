using System.Text;
using DevPortal.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace DevPortal.Identity.SignIn.Pages;

/// <summary>The one stylesheet of our pages, from the assembly: it is there however the service is started. The brand's colours come last.</summary>
public static class Stylesheet
{
    public static void MapStylesheet(this IEndpointRouteBuilder app)
    {
        var styles = Encoding.UTF8.GetBytes(Read() + app.ServiceProvider.GetRequiredService<IOptions<BrandOptions>>().Value.Colours);
        app.MapGet("/identity-assets/style.css", (HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "public, max-age=3600";
            return TypedResults.Bytes(styles, "text/css; charset=utf-8");
        }).WithName(nameof(Stylesheet)).AllowAnonymous().ExcludeFromDescription();
    }

    static string Read()
    {
        using var stream = typeof(Stylesheet).Assembly.GetManifestResourceStream("style.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
