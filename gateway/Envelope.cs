using DevPortal.ServiceDefaults;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace DevPortal.Gateway;

/// <summary>What goes on to a service with the request, and what comes back: our own address, the client's, and cookies: to pages only, and to
/// identity and the portal each its own.</summary>
sealed class Envelope(IOptions<PublicAddress> address) : ITransformProvider
{
    public void ValidateRoute(TransformRouteValidationContext context) { }

    public void ValidateCluster(TransformClusterValidationContext context) { }

    public void Apply(TransformBuilderContext context)
    {
        var home = new Uri(address.Value.PublicUrl);
        var isPortal = context.Route.ClusterId == Routes.Portal;
        var isPage = isPortal || (context.Route.ClusterId == "identity" && context.Route.AuthorizationPolicy == "anonymous");
        context.UseDefaultForwarders = false;
        // Without this YARP clears the host in the end.
        context.AddOriginalHost();
        context.AddRequestTransform(transform =>
        {
            var headers = transform.ProxyRequest.Headers;
            headers.Host = home.Authority;
            headers.TryAddWithoutValidation("X-Forwarded-Host", home.Authority);
            headers.TryAddWithoutValidation("X-Forwarded-Proto", home.Scheme);
            if (transform.HttpContext.Connection.RemoteIpAddress is { } client) headers.TryAddWithoutValidation("X-Forwarded-For", client.ToString());
            headers.Remove("Cookie");
            if (isPage && Own(transform.HttpContext.Request.Headers.Cookie, isPortal) is { Length: > 0 } cookies) headers.TryAddWithoutValidation("Cookie", cookies);
            return ValueTask.CompletedTask;
        });
        if (!isPage) context.AddResponseHeaderRemove("Set-Cookie", ResponseCondition.Always);
        context.AddResponseHeaderRemove("Server", ResponseCondition.Always);
    }

    /// <summary>Those of one of the two that set cookies under our address: who sees only his own can leak only his own.</summary>
    static string Own(StringValues cookies, bool portal) => string.Join("; ", cookies.SelectMany(header => header!.Split(';', StringSplitOptions.TrimEntries))
        .Where(cookie => cookie.StartsWith("__Host-portal", StringComparison.Ordinal) == portal));
}
