using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace DevPortal.Gateway;

/// <summary>Pages of configured clients call the API from their own origins (CORS): by token, never by cookie.</summary>
static class FrontEnds
{
    /// <summary>What scripts call. Pages and forms are not among it: they belong to our own origin.</summary>
    static readonly PathString[] Called = ["/api", "/openapi", "/.well-known", "/connect/token", "/connect/revoke"];

    public static void AddFrontEnds(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ClientOptions>().BindConfiguration("").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddCors();
        builder.Services.AddOptions<CorsOptions>().Configure<IOptions<ClientOptions>>((cors, clients) => cors.AddDefaultPolicy(policy => policy
            .WithOrigins([.. clients.Value.Origins])
            .WithMethods("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
            .WithHeaders(HeaderNames.Authorization, HeaderNames.ContentType, HeaderNames.IfMatch, "Idempotency-Key")
            .WithExposedHeaders(HeaderNames.ETag, HeaderNames.Location, HeaderNames.RetryAfter, Correlation.Header)
            .SetPreflightMaxAge(TimeSpan.FromHours(1))));
    }

    /// <summary>Before authentication, because a preflight carries no token; and before all that refuses, because a page can't read a refusal without these headers.</summary>
    public static void UseFrontEnds(this WebApplication app) => app.UseWhen(
        http => Array.Exists(Called, path => http.Request.Path.StartsWithSegments(path)),
        called =>
        {
            called.Use((http, next) =>
            {
                http.Response.OnStarting(VaryByOrigin, http.Response.Headers);
                return next(http);
            });
            // Only a page's call says where it comes from.
            called.UseWhen(http => http.Request.Headers.Origin.Count > 0, page => page.UseCors());
        });

    /// <summary>An answer that a cache kept for one origin is not for another.</summary>
    static Task VaryByOrigin(object answer)
    {
        var headers = (IHeaderDictionary)answer;
        if (!headers.Vary.Contains(HeaderNames.Origin)) headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        return Task.CompletedTask;
    }
}
