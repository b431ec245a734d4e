namespace DevPortal.Identity.SignIn.Pages;

/// <summary>The one stylesheet of our pages, from the assembly: it is there however the service is started.</summary>
public static class Stylesheet
{
    static readonly byte[] Bytes = Read();

    public static void MapStylesheet(this IEndpointRouteBuilder app) => app.MapGet("/identity-assets/style.css", (HttpContext http) =>
    {
        http.Response.Headers.CacheControl = "public, max-age=3600";
        return TypedResults.Bytes(Bytes, "text/css; charset=utf-8");
    }).WithName(nameof(Stylesheet)).AllowAnonymous().ExcludeFromDescription();

    static byte[] Read()
    {
        using var stream = typeof(Stylesheet).Assembly.GetManifestResourceStream("style.css")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
