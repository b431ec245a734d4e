using DevPortal.ServiceDefaults;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace DevPortal.Identity.Startup;

/// <summary>Who may send people here to sign in: our own programs, whose addresses follow <c>public-url</c>, and the front ends that configuration
/// names. Written again at each start; a front end that is configured no longer loses its sign-ins.</summary>
public sealed class Clients(IOpenIddictApplicationManager applications, IOptions<PublicAddress> address, IOptions<ClientOptions> configured)
{
    public const string Portal = "devportal-portal";
    public const string Cli = "devportal-cli";

    /// <summary>The reference page at <c>/docs</c>.</summary>
    public const string Docs = "devportal-docs";

    public async Task RewriteAsync(CancellationToken ct)
    {
        var url = address.Value.Issuer;
        await WriteAsync(Describe(Portal, "The portal", ApplicationTypes.Web, [url + "signin-oidc"], [url, url + "signout-callback-oidc"]), ct);
        // A native client's loopback redirect may name any port (RFC 8252 §7.3).
        await WriteAsync(Describe(Cli, "The command line", ApplicationTypes.Native, ["http://127.0.0.1/callback"], []), ct);
        await WriteAsync(Describe(Docs, "The API reference", ApplicationTypes.Web, [url + "docs/"], []), ct);
        var frontEnds = configured.Value.Clients.Where(client => client.Value.RedirectList.Count > 0).ToDictionary();
        foreach (var (id, client) in frontEnds)
            await WriteAsync(Describe(id, id, ApplicationTypes.Web, client.RedirectList, client.RedirectList), ct);
        await ForgetAllButAsync([Portal, Cli, Docs, .. frontEnds.Keys], ct);
    }

    async Task ForgetAllButAsync(string[] ids, CancellationToken ct)
    {
        var gone = new List<object>();
        await foreach (var client in applications.ListAsync(cancellationToken: ct))
        {
            var id = await applications.GetClientIdAsync(client, ct);
            if (!ids.Contains(id)) gone.Add(client);
        }
        foreach (var client in gone) await applications.DeleteAsync(client, ct);
    }

    static OpenIddictApplicationDescriptor Describe(string id, string name, string type, IEnumerable<string> redirects, IEnumerable<string> afterSignOut)
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
