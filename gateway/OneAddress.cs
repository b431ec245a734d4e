using DevPortal.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace DevPortal.Gateway;

/// <summary>Pages exist under <c>public-url</c> alone: cookies, forms and redirects belong to one host.</summary>
static class OneAddress
{
    static readonly PathString[] ForPrograms = ["/api", "/openapi", "/.well-known", "/connect", "/health", "/alive"];

    public static void UseOneAddress(this WebApplication app)
    {
        var home = app.Services.GetRequiredService<IOptions<PublicAddress>>().Value.PublicUrl.TrimEnd('/');
        var host = new Uri(home).Authority;
        app.Use((http, next) =>
        {
            var request = http.Request;
            if (!IsPage(request.Path) || string.Equals(request.Host.Value, host, StringComparison.OrdinalIgnoreCase))
                return next(http);
            if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            {
                http.Response.Redirect($"{home}{request.PathBase}{request.Path}{request.QueryString}");
                return Task.CompletedTask;
            }

            return http.RefuseAsync(new Refusal(StatusCodes.Status421MisdirectedRequest, "other-address", $"This page is at {home}."));
        });
    }

    static bool IsPage(PathString path) => path.StartsWithSegments("/connect/authorize") || !Array.Exists(ForPrograms, prefix => path.StartsWithSegments(prefix));
}
