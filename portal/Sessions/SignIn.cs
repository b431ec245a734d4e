using DevPortal.Portal.Api;
using DevPortal.Portal.Pages;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Mvc;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace DevPortal.Portal.Sessions;

/// <summary>Authorization code with PKCE at identity. The browser goes to the public address; codes and tokens go between portal and gateway.</summary>
static class SignIn
{
    public const string Identity = "identity", Client = "devportal-portal", OutPath = "/session/sign-out";

    const string Prompt = "prompt", Error = "error";

    public static void AddSessions(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SessionStore>();
        builder.Services.AddSingleton<TokenRefresh>();
        builder.Services.AddHostedService<SessionSweep>();
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddAuthorization();
        builder.Services.AddAntiforgery(antiforgery => antiforgery.Cookie = new HostCookie("__Host-portal-antiforgery"));
        builder.Services.AddAuthentication(SessionHandler.Scheme)
            .AddScheme<AuthenticationSchemeOptions, SessionHandler>(SessionHandler.Scheme, null)
            .AddOpenIdConnect(Identity, Configure);
        builder.Services.AddOptions<OpenIdConnectOptions>(Identity).Configure<IHttpClientFactory>((oidc, clients) =>
        {
            oidc.Backchannel = clients.CreateClient(PublicApiSetup.Backchannel);
            oidc.ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
                PublicApiSetup.Gateway + "/.well-known/openid-configuration", new DiscoveryAtTheGateway(), new HttpDocumentRetriever(oidc.Backchannel) { RequireHttps = false });
        });
    }

    static void Configure(OpenIdConnectOptions oidc)
    {
        oidc.ClientId = Client;
        oidc.ResponseType = OpenIdConnectResponseType.Code;
        // By form_post a page of identity would need a script.
        oidc.ResponseMode = OpenIdConnectResponseMode.Query;
        oidc.Scope.Clear();
        oidc.Scope.Add("openid");
        oidc.Scope.Add("offline_access");
        oidc.SignInScheme = SessionHandler.Scheme;
        oidc.SaveTokens = true;
        oidc.MapInboundClaims = false;
        oidc.RequireHttpsMetadata = false;
        oidc.CorrelationCookie = new HostCookie("__Host-portal-sign-in.", SameSiteMode.Lax);
        oidc.NonceCookie = new HostCookie("__Host-portal-nonce.", SameSiteMode.Lax);
        oidc.Events.OnRedirectToIdentityProvider = context =>
        {
            if (context.Properties.Items.TryGetValue(Prompt, out var prompt)) context.ProtocolMessage.Prompt = prompt;
            return Task.CompletedTask;
        };
        // The handler would put the identity token into the address. Who is signed in there, the browser's own cookie says.
        oidc.Events.OnRedirectToIdentityProviderForSignOut = context =>
        {
            (context.ProtocolMessage.IdTokenHint, context.ProtocolMessage.ClientId) = (null, Client);
            return Task.CompletedTask;
        };
        oidc.Events.OnTokenValidated = async context =>
        {
            var http = context.Options.Backchannel;
            if (await Visitor.ReadAsync(http, context.TokenEndpointResponse!.AccessToken, context.HttpContext.RequestAborted) is { } visitor) context.Principal = visitor;
            else context.Fail(new AuthenticationFailureException("The person behind the token is not known.") { Data = { [Error] = "access_denied" } });
        };
        // A page says which it was; going round again by itself would be a loop.
        oidc.Events.OnRemoteFailure = context =>
        {
            context.Response.Redirect("/session/trouble" + QueryString.Create("because", Why(context.Failure)).Add("returnUrl", context.Properties?.RedirectUri ?? "/"));
            context.HandleResponse();
            return Task.CompletedTask;
        };
    }

    /// <summary>Whose matter it is that the sign-in did not end well.</summary>
    static string Why(Exception? failure) => failure switch
    {
        { Data: var said } when said[Error] is string error => error is "server_error" or "temporarily_unavailable" ? TroublePage.ServiceAway : TroublePage.ServiceRefused,
        // What it was given at the beginning did not come back; the handler finds that before it asks anybody.
        AuthenticationFailureException or OpenIdConnectProtocolInvalidNonceException => TroublePage.CookiesMissing,
        _ => TroublePage.ServiceAway,
    };

    public static void MapSessions(this WebApplication app)
    {
        app.MapGet("/session/sign-in", (string? returnUrl, bool? anew) => TypedResults.Challenge(
            Toward(LocalUrl.OrHome(returnUrl), anew == true ? "login" : null), [Identity])).AllowAnonymous();
        // The form parameter has antiforgery checked.
        app.MapPost(OutPath, ([FromForm] string? returnUrl) => TypedResults.SignOut(
            new AuthenticationProperties { RedirectUri = LocalUrl.OrHome(returnUrl) }, [SessionHandler.Scheme, Identity])).AllowAnonymous();
    }

    static AuthenticationProperties Toward(string returnUrl, string? prompt)
    {
        var properties = new AuthenticationProperties { RedirectUri = returnUrl };
        if (prompt is not null) properties.Items[Prompt] = prompt;
        return properties;
    }

    /// <summary>Identity's document names public addresses. Those for browsers stay; codes and keys are fetched where the gateway is.</summary>
    sealed class DiscoveryAtTheGateway : IConfigurationRetriever<OpenIdConnectConfiguration>
    {
        public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(string address, IDocumentRetriever retriever, CancellationToken cancel)
        {
            var configuration = OpenIdConnectConfiguration.Create(await retriever.GetDocumentAsync(address, cancel));
            configuration.TokenEndpoint = Inside(configuration.TokenEndpoint);
            var keys = new Microsoft.IdentityModel.Tokens.JsonWebKeySet(await retriever.GetDocumentAsync(Inside(configuration.JwksUri), cancel));
            foreach (var key in keys.GetSigningKeys()) configuration.SigningKeys.Add(key);
            return configuration;
        }

        static string Inside(string address) => PublicApiSetup.Gateway + new Uri(address).AbsolutePath;
    }
}
