using System.Security.Cryptography;
using DevPortal.ServiceDefaults;
using Microsoft.Extensions.Options;
using Scalar.AspNetCore;

namespace DevPortal.Gateway;

/// <summary>One reference page over the OpenAPI documents of all services, from our own files.</summary>
static class Docs
{
    /// <summary>As identity knows this page.</summary>
    const string Client = "devportal-docs";

    public static void MapDocs(this WebApplication app)
    {
        var home = app.Services.GetRequiredService<IOptions<PublicAddress>>().Value.Issuer;
        var brand = app.Services.GetRequiredService<IOptions<BrandOptions>>().Value;
        app.MapScalarApiReference("/docs", (options, http) =>
        {
            var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
            http.Response.Headers.ContentSecurityPolicy = SecurityHeaders.ForDocs(nonce);
            options.WithNonce(nonce).WithTitle($"{brand.Name} API").DisableDefaultFonts().DisableAgent().DisableMcp().DisableTelemetry().HideDeveloperTools().HideClientButton()
                .AddPreferredSecuritySchemes(ApiDescription.SignIn)
                .AddAuthorizationCodeFlow(ApiDescription.SignIn, flow =>
                {
                    // Comes back to this page, which reads the code and closes itself.
                    (flow.ClientId, flow.RedirectUri, flow.Pkce, flow.SelectedScopes, flow.CredentialsLocation) = (Client, home + "docs/", Pkce.Sha256, ["openid"], CredentialsLocation.Body);
                });
            foreach (var service in Routes.Services) options.AddDocument(service, service, $"/openapi/{service}.json");
        }).AllowAnonymous();
    }
}
