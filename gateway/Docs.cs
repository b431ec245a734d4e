using System.Security.Cryptography;
using Scalar.AspNetCore;

namespace DevPortal.Gateway;

/// <summary>One reference page over the OpenAPI documents of all services, from our own files.</summary>
static class Docs
{
    public static void MapDocs(this WebApplication app)
    {
        app.MapScalarApiReference("/docs", (options, http) =>
        {
            var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
            http.Response.Headers.ContentSecurityPolicy = SecurityHeaders.ForDocs(nonce);
            options.WithNonce(nonce).WithTitle("Developer portal API").DisableDefaultFonts().DisableAgent().DisableMcp();
            foreach (var service in Routes.Services) options.AddDocument(service, service, $"/openapi/{service}.json");
        }).AllowAnonymous();
    }
}
