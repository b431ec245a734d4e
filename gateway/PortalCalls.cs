using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace DevPortal.Gateway;

/// <summary>The parameter <c>portal-secret</c>, which only the gateway and the portal have.</summary>
sealed record PortalCallOptions
{
    [Required, MinLength(16)]
    public string PortalSecret { get; init; } = "";

    public override string ToString() => nameof(PortalCallOptions);
}

/// <summary>The portal calls on behalf of its visitors. Where it proves that it is the portal, the address that it names is the client's:
/// limits count visitors, not the one portal.</summary>
static class PortalCalls
{
    public const string Proof = "X-Portal-Proof", Visitor = "X-Portal-Visitor";

    public static void AddPortalCalls(this WebApplicationBuilder builder) =>
        builder.Services.AddOptions<PortalCallOptions>().BindConfiguration("").ValidateDataAnnotations().ValidateOnStart();

    public static void UsePortalCalls(this WebApplication app)
    {
        var secret = Digest(app.Services.GetRequiredService<IOptions<PortalCallOptions>>().Value.PortalSecret);
        app.Use((http, next) =>
        {
            // Neither goes on to a service.
            http.Request.Headers.Remove(Proof, out var proof);
            http.Request.Headers.Remove(Visitor, out var visitor);
            if (proof.Count == 1 && CryptographicOperations.FixedTimeEquals(Digest(proof.ToString()), secret) && IPAddress.TryParse(visitor, out var address))
                http.Connection.RemoteIpAddress = address;
            return next(http);
        });
    }

    static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
