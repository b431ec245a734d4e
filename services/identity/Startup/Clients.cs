using DevPortal.ServiceDefaults;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace DevPortal.Identity.Startup;

/// <summary>Our own programs at the OpenID Connect server. Written again at each start, because their addresses follow <c>public-url</c>.</summary>
public sealed class Clients(IOpenIddictApplicationManager applications, IOptions<PublicAddress> address)
{
    public const string Portal = "devportal-portal";
    public const string Cli = "devportal-cli";

    public async Task RewriteAsync(CancellationToken ct)
    {
        var url = address.Value.Issuer;
        await WriteAsync(Describe(Portal, "The portal", ApplicationTypes.Web, [url + "signin-oidc", url + "docs/callback"], [url, url + "signout-callback-oidc"]), ct);
        // A native client's loopback redirect may name any port (RFC 8252 §7.3).
        await WriteAsync(Describe(Cli, "The command line", ApplicationTypes.Native, ["http://127.0.0.1/callback"], []), ct);
    }

    static OpenIddictApplicationDescriptor Describe(string id, string name, string type, string[] redirects, string[] afterSignOut)
    {
        var client = new OpenIddictApplicationDescriptor
        {
            ClientId = id,
            ClientType = ClientTypes.Public,
            ApplicationType = type,
            DisplayName = name,
            ConsentType = ConsentTypes.Implicit,
            Permissions =
            {
                Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.EndSession, Permissions.Endpoints.Revocation,
                Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code,
            },
            Requirements = { Requirements.Features.ProofKeyForCodeExchange },
        };
        client.RedirectUris.UnionWith(redirects.Select(r => new Uri(r)));
        client.PostLogoutRedirectUris.UnionWith(afterSignOut.Select(r => new Uri(r)));
        return client;
    }

    async Task WriteAsync(OpenIddictApplicationDescriptor client, CancellationToken ct)
    {
        if (await applications.FindByClientIdAsync(client.ClientId!, ct) is { } known) await applications.UpdateAsync(known, client, ct);
        else await applications.CreateAsync(client, ct);
    }
}
