using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace DevPortal.ServiceDefaults;

/// <summary>Access tokens: signed JWTs (<c>at+jwt</c>, RFC 9068) of our identity service. They say who, never what he may do.</summary>
public static class Authentication
{
    /// <summary>The audience that names all our services.</summary>
    public const string Audience = "devportal";

    /// <summary>Claim: version of the last announced event of the subject's stream when the token was made.</summary>
    public const string UserVersionClaim = "usr_ver";

    /// <summary>Claim: id of the personal access token that this access token was exchanged for.</summary>
    public const string PersonalAccessTokenClaim = "pat";

    /// <summary>Validates tokens with identity's keys (fetched from its internal address) and the issuer <c>public-url</c>.</summary>
    public static void AddTokens(this WebApplicationBuilder builder)
    {
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        builder.Services.AddSingleton<KnownTokens>();
        builder.Services.AddHttpClient(nameof(Authentication));
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<IHttpClientFactory, IOptions<PublicAddress>, KnownTokens, TimeProvider>((jwt, http, address, known, time) =>
        {
            var keys = http.CreateClient(nameof(Authentication));
            keys.Timeout = TimeSpan.FromSeconds(3);
            jwt.TokenHandlers.Clear();
            jwt.TokenHandlers.Add(known);
            jwt.RequireHttpsMetadata = false;
            jwt.ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
                "http://identity/.well-known/jwks", new KeySetRetriever(time), new HttpDocumentRetriever(keys) { RequireHttps = false })
            {
                // An unknown key id asks identity again, at most this often: enough to follow a key change, too seldom to be abused.
                RefreshInterval = TimeSpan.FromSeconds(10),
            };
            jwt.Events = new JwtBearerEvents { OnAuthenticationFailed = FailWithoutKeysAsync };
            jwt.TokenValidationParameters = new TokenValidationParameters
            {
                ValidIssuer = address.Value.Issuer,
                ValidAudience = Audience,
                ValidTypes = ["at+jwt"],
                ValidAlgorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256],
                NameClaimType = "sub",
                ClockSkew = TimeSpan.FromSeconds(10),
            };
        });
    }

    /// <summary>Validation goes on without keys when identity can't be reached, and would call a good token wrong. Asking once more throws
    /// what was the matter, and that is answered with 503.</summary>
    static async Task FailWithoutKeysAsync(AuthenticationFailedContext context)
    {
        if (context.Exception is SecurityTokenSignatureKeyNotFoundException)
            await context.Options.ConfigurationManager!.GetConfigurationAsync(context.HttpContext.RequestAborted);
    }

    /// <summary>Callers wait for the keys one after the other, so while identity is away a failure counts for those in the queue too.</summary>
    sealed class KeySetRetriever(TimeProvider time) : IConfigurationRetriever<OpenIdConnectConfiguration>
    {
        static readonly TimeSpan Remembered = TimeSpan.FromSeconds(1);

        (Exception Exception, long At)? failure;

        public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(string address, IDocumentRetriever retriever, CancellationToken cancel)
        {
            if (failure is { } last && time.GetElapsedTime(last.At) < Remembered) throw new IOException("The keys of identity could not be read a moment ago.", last.Exception);
            try
            {
                var keys = new JsonWebKeySet(await retriever.GetDocumentAsync(address, cancel));
                var configuration = new OpenIdConnectConfiguration { JsonWebKeySet = keys };
                foreach (var key in keys.GetSigningKeys()) configuration.SigningKeys.Add(key);
                failure = null;
                return configuration;
            }
            catch (Exception away) when (!cancel.IsCancellationRequested)
            {
                failure = (away, time.GetTimestamp());
                throw;
            }
        }
    }
}
