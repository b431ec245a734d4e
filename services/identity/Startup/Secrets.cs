using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using DevPortal.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace DevPortal.Identity.Startup;

/// <summary>The secret parameters of this service. It does not start without them.</summary>
public sealed record IdentitySecrets
{
    /// <summary>Seals the key rings in the database.</summary>
    [Required, MinLength(16)]
    public string SealKey { get; init; } = "";

    /// <summary>Keys the hashes of tokens and links: a copy of the database alone opens nothing.</summary>
    [Required, MinLength(16)]
    public string HashPepper { get; init; } = "";

    /// <summary>Whoever types it at /welcome while there is no admin becomes the first. Empty: nobody can.</summary>
    public string BootstrapToken { get; init; } = "";

    /// <summary>First part of the tokens that we hand out, for secret scanners.</summary>
    [RegularExpression("[a-z0-9]+")]
    public string SecretBrand { get; init; } = "devportal";

    /// <summary>Second part of the tokens that we hand out.</summary>
    [RegularExpression("[a-z0-9]+")]
    public string SecretEnvironment { get; init; } = "live";

    public override string ToString() => nameof(IdentitySecrets);
}

/// <summary>Makes the secrets that we hand out, and the keyed hashes that we keep of them.</summary>
public sealed class Minting(IOptions<IdentitySecrets> secrets)
{
    readonly byte[] pepper = Encoding.UTF8.GetBytes(secrets.Value.HashPepper);

    public string New(string type) => KeyFormat.Mint(secrets.Value.SecretBrand, secrets.Value.SecretEnvironment, type);

    /// <summary>What was hashed for one purpose is not found under another.</summary>
    public byte[] Hash(string purpose, string secret) => HMACSHA256.HashData(pepper, Encoding.UTF8.GetBytes(purpose + "\n" + secret));
}
