using System.Security.Cryptography;
using System.Text;

namespace DevPortal.ServiceDefaults;

/// <summary>Encrypts secrets at rest with keys that are derived from the parameter <c>seal-key</c> (AES-256-GCM, HKDF-SHA-256 per
/// purpose). Backups do not contain the parameter.</summary>
public sealed class Sealing
{
    const int Nonce = 12, Tag = 16;
    readonly byte[] master;

    /// <param name="sealKey">The parameter; at least 16 characters.</param>
    public Sealing(string? sealKey)
    {
        if (sealKey is null || sealKey.Length < 16)
            throw new InvalidOperationException("SealKey is missing or shorter than 16 characters: set the parameter seal-key (e.g. openssl rand -base64 32).");
        master = SHA256.HashData(Encoding.UTF8.GetBytes(sealKey));
    }

    /// <summary>Nonce, tag and cipher text in one. What was sealed for one purpose does not open for another.</summary>
    public byte[] Seal(string purpose, ReadOnlySpan<byte> secret)
    {
        var sealedBytes = new byte[Nonce + Tag + secret.Length];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, Nonce));
        using var aes = new AesGcm(Key(purpose), Tag);
        aes.Encrypt(sealedBytes.AsSpan(0, Nonce), secret, sealedBytes.AsSpan(Nonce + Tag), sealedBytes.AsSpan(Nonce, Tag));
        return sealedBytes;
    }

    /// <summary>The secret. Throws <see cref="CryptographicException"/> if the key, the purpose or a bit is another.</summary>
    public byte[] Open(string purpose, ReadOnlySpan<byte> sealedBytes)
    {
        var secret = new byte[sealedBytes.Length - Nonce - Tag];
        using var aes = new AesGcm(Key(purpose), Tag);
        aes.Decrypt(sealedBytes[..Nonce], sealedBytes[(Nonce + Tag)..], sealedBytes.Slice(Nonce, Tag), secret);
        return secret;
    }

    byte[] Key(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, master, 32, info: Encoding.UTF8.GetBytes(purpose));
}
