using System.Security.Cryptography;
using System.Text;

namespace DevPortal.Tyk;

/// <summary>A secret on its way: a chosen key id, a control secret. Never prints itself; whoever needs the text says <see cref="Reveal"/>.</summary>
public sealed class SecretText(string value) : IEquatable<SecretText>
{
    private readonly string value = string.IsNullOrEmpty(value)
        ? throw new ArgumentException("A secret must not be empty.", nameof(value))
        : value;

    /// <summary>The text itself, for the one call that needs it.</summary>
    public string Reveal() => value;

    public override string ToString() => "***";

    public bool Equals(SecretText? other) =>
        other is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(value), Encoding.UTF8.GetBytes(other.value));

    public override bool Equals(object? obj) => Equals(obj as SecretText);

    public override int GetHashCode() => value.GetHashCode(StringComparison.Ordinal);
}

/// <summary>
/// Tyk's handle of a key (<c>key_hash</c> of the create answer). A secret too: murmur can be inverted, so it is sealed beside the copy of
/// the key and stands in no event, message, log or answer.
/// </summary>
public sealed class KeyHash(string value) : IEquatable<KeyHash>
{
    private readonly string value = string.IsNullOrEmpty(value)
        ? throw new ArgumentException("A key hash must not be empty.", nameof(value))
        : value;

    /// <summary>The text itself, for the one call that needs it.</summary>
    public string Reveal() => value;

    public override string ToString() => "***";

    public bool Equals(KeyHash? other) => other is not null && string.Equals(value, other.value, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as KeyHash);

    public override int GetHashCode() => value.GetHashCode(StringComparison.Ordinal);
}
