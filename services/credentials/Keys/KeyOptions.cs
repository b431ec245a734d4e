using System.ComponentModel.DataAnnotations;

namespace DevPortal.Credentials;

/// <summary>Secrets of this service.</summary>
public sealed record KeyOptions
{
    /// <summary>Parameter <c>seal-key</c>: encrypts what is kept of keys.</summary>
    [Required(ErrorMessage = "SealKey is missing: set the parameter seal-key (e.g. openssl rand -base64 32)."), MinLength(16)]
    public string SealKey { get; init; } = "";

    /// <summary>Parameter <c>key-pepper</c>: without it the stored hashes of keys say nothing.</summary>
    [Required(ErrorMessage = "KeyPepper is missing: set the parameter key-pepper (e.g. openssl rand -base64 32)."), MinLength(16)]
    public string KeyPepper { get; init; } = "";

    /// <summary>First part of every key: scanners find leaked ones by it.</summary>
    [RegularExpression("[a-z0-9]{1,20}")]
    public string KeyBrand { get; init; } = "devportal";

    /// <summary>Second part of every key: which installation it opens.</summary>
    [RegularExpression("[a-z0-9]{1,20}")]
    public string KeyEnvironment { get; init; } = "live";

    /// <summary>Never prints the secrets.</summary>
    public override string ToString() => $"{KeyBrand}_{KeyEnvironment}";
}
