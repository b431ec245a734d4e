using DevPortal.Portal.Startup;
using Microsoft.Extensions.Options;

namespace DevPortal.Portal.Api;

static class PublicApiSetup
{
    /// <summary>Found by configuration: <c>services:gateway:http:0</c>.</summary>
    public const string Gateway = "http://gateway";

    /// <summary>The client for codes and tokens, which are nobody's yet.</summary>
    public const string Backchannel = "backchannel";

    public static void AddPublicApi(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddTransient<ForVisitor>();
        builder.Services.AddHttpClient<PublicApi>(http => http.BaseAddress = new Uri(Gateway)).AddHttpMessageHandler<ForVisitor>();
        builder.Services.AddHttpClient(Backchannel, http => http.BaseAddress = new Uri(Gateway)).AddHttpMessageHandler<ForVisitor>();
    }

    /// <summary>Tells the gateway for whom the portal calls, and proves that it is the portal: limits count visitors.</summary>
    sealed class ForVisitor(IHttpContextAccessor context, IOptions<PortalSecrets> secrets) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (context.HttpContext?.Connection.RemoteIpAddress is { } visitor)
            {
                request.Headers.TryAddWithoutValidation("X-Portal-Proof", secrets.Value.PortalSecret);
                request.Headers.TryAddWithoutValidation("X-Portal-Visitor", visitor.ToString());
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
