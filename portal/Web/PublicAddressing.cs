using DevPortal.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace DevPortal.Portal.Web;

static class PublicAddressing
{
    /// <summary>Redirects and cookies are of the public address, whatever host the request came to.</summary>
    public static void UsePublicAddress(this WebApplication app)
    {
        var address = new Uri(app.Services.GetRequiredService<IOptions<PublicAddress>>().Value.Issuer);
        app.Use((http, next) =>
        {
            http.Request.Scheme = address.Scheme;
            http.Request.Host = HostString.FromUriComponent(address);
            return next(http);
        });
    }
}
