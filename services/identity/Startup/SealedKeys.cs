using System.Security.Cryptography;
using DevPortal.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;

namespace DevPortal.Identity.Startup;

/// <summary>A key at rest, sealed by the parameter <c>seal-key</c>.</summary>
public sealed class SealedKey
{
    public required string Purpose { get; init; }
    public required byte[] Sealed { get; init; }
}

/// <summary>The keys that tokens are signed and codes are encrypted with: one set, made at the first start, shared by all replicas.</summary>
public sealed class TokenKeys
{
    ECDsaSecurityKey? signing;
    SymmetricSecurityKey? encryption;

    public ECDsaSecurityKey Signing => signing ?? throw new InvalidOperationException("The token keys are read at start, before the first request.");
    public SymmetricSecurityKey Encryption => encryption ?? throw new InvalidOperationException("The token keys are read at start, before the first request.");

    /// <summary>Call under the start lock: two replicas on an empty database must not make two sets.</summary>
    public async Task ReadOrMakeAsync(IdentityDb db, Sealing sealing, CancellationToken ct)
    {
        var elliptic = ECDsa.Create();
        elliptic.ImportPkcs8PrivateKey(await ReadOrMakeAsync(db, sealing, "token-signing", NewSigningKey, ct), out _);
        var id = Base64UrlEncoder.Encode(SHA256.HashData(elliptic.ExportSubjectPublicKeyInfo())[..12]);
        signing = new ECDsaSecurityKey(elliptic) { KeyId = id };
        encryption = new SymmetricSecurityKey(await ReadOrMakeAsync(db, sealing, "token-encryption", () => RandomNumberGenerator.GetBytes(32), ct));
    }

    static async Task<byte[]> ReadOrMakeAsync(IdentityDb db, Sealing sealing, string purpose, Func<byte[]> make, CancellationToken ct)
    {
        if (await db.Keys.AsNoTracking().SingleOrDefaultAsync(k => k.Purpose == purpose, ct) is { } found) return sealing.Open(purpose, found.Sealed);
        var made = make();
        db.Keys.Add(new SealedKey { Purpose = purpose, Sealed = sealing.Seal(purpose, made) });
        await db.SaveChangesAsync(ct);
        return made;
    }

    static byte[] NewSigningKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKey();
    }
}
