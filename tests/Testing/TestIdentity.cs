using System.Security.Cryptography;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace DevPortal.Testing;

/// <summary>Signs access tokens as identity does, and serves its public keys on loopback. Give <see cref="Address"/> to the process under test
/// as <c>services:identity:http:0</c> and <see cref="PublicUrl"/> as <c>PublicUrl</c>.</summary>
public sealed class TestIdentity : IAsyncDisposable
{
    readonly WebApplication app;
    readonly ECDsa key;
    readonly ECDsaSecurityKey signingKey;

    TestIdentity(WebApplication app, ECDsa key, ECDsaSecurityKey signingKey) => (this.app, this.key, this.signingKey) = (app, key, signingKey);

    /// <summary>The issuer's address, without the trailing slash.</summary>
    public const string PublicUrl = "http://localhost";

    public string Address => app.Urls.First();

    /// <param name="configure">Further endpoints of this identity.</param>
    public static async Task<TestIdentity> StartAsync(Action<WebApplication>? configure = null)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signingKey = new ECDsaSecurityKey(key) { KeyId = Guid.NewGuid().ToString("N") };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var parameters = key.ExportParameters(includePrivateParameters: false);
        app.MapGet("/.well-known/jwks", () => Results.Json(new
        {
            keys = new[]
            {
                new
                {
                    kty = "EC",
                    use = "sig",
                    alg = "ES256",
                    crv = "P-256",
                    kid = signingKey.KeyId,
                    x = Base64UrlEncoder.Encode(parameters.Q.X),
                    y = Base64UrlEncoder.Encode(parameters.Q.Y),
                },
            },
        }));
        configure?.Invoke(app);
        await app.StartAsync();
        return new TestIdentity(app, key, signingKey);
    }

    /// <summary>An access token for a user at a version of his stream; valid for five minutes unless <paramref name="lifetime"/> says otherwise.</summary>
    public string Token(Guid userId, long version = 1, Guid? pat = null, string? scopes = null, TimeSpan? lifetime = null)
    {
        var claims = new Dictionary<string, object>
        {
            [JwtRegisteredClaimNames.Sub] = userId.ToString(),
            [JwtRegisteredClaimNames.Jti] = Guid.NewGuid().ToString(),
            [Authentication.UserVersionClaim] = version,
        };
        if (pat is { } id) claims[Authentication.PersonalAccessTokenClaim] = id.ToString();
        if (scopes is not null) claims["scope"] = scopes;
        var now = DateTime.UtcNow;
        var expires = now + (lifetime ?? TimeSpan.FromMinutes(5));
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = PublicUrl + "/",
            Audience = Authentication.Audience,
            TokenType = "at+jwt",
            Claims = claims,
            IssuedAt = now,
            NotBefore = expires < now ? expires.AddMinutes(-5) : now,
            Expires = expires,
            SigningCredentials = new SigningCredentials(signingKey, SecurityAlgorithms.EcdsaSha256),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
    }
}
