using DevPortal.ServiceDefaults;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace DevPortal.Gateway;

/// <summary>What goes on to a service with the request, and what comes back: our own address, the client's, cookies for identity's pages only.</summary>
sealed class Envelope(IOptions<PublicAddress> address) : ITransformProvider
{
    public void ValidateRoute(TransformRouteValidationContext context) { }

    public void ValidateCluster(TransformClusterValidationContext context) { }

    public void Apply(TransformBuilderContext context)
    {
        var home = new Uri(address.Value.PublicUrl);
        var isPage = context.Route.ClusterId == "identity" && context.Route.AuthorizationPolicy == "anonymous";
        context.UseDefaultForwarders = false;
        // Without this YARP clears the host in the end.
        context.AddOriginalHost();
        context.AddRequestTransform(transform =>
        {
            var headers = transform.ProxyRequest.Headers;
            headers.Host = home.Authority;
            headers.Add("X-Forwarded-Host", home.Authority);
            headers.Add("X-Forwarded-Proto", home.Scheme);
            if (transform.HttpContext.Connection.RemoteIpAddress is { } client) headers.Add("X-Forwarded-For", client.ToString());
            if (!isPage) headers.Remove("Cookie");
            return ValueTask.CompletedTask;
        });
        if (!isPage) context.AddResponseHeaderRemove("Set-Cookie", ResponseCondition.Always);
        context.AddResponseHeaderRemove("Server", ResponseCondition.Always);
    }
}
