using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace DevPortal.ServiceDefaults;

/// <summary>The form of every secret that callers carry: <c>&lt;brand&gt;_&lt;environment&gt;_&lt;type&gt;_&lt;32 random&gt;&lt;6 checksum&gt;</c>,
/// all base62. Scanners recognise it, and a typing error is found without asking a database. The idea is GitHub's (token formats, 2021).</summary>
public static partial class KeyFormat
{
    /// <summary>Type of a personal access token.</summary>
    public const string PersonalAccessToken = "pat";

    /// <summary>Type of an access credential (a key at Tyk).</summary>
    public const string Credential = "key";

    const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const int Random = 32, Checksum = 6;

    /// <summary>A new secret with 190 random bits, of which the hint gives away at most 24. Brand, environment and type are lower-case letters and digits.</summary>
    public static string Mint(string brand, string environment, string type)
    {
        var start = $"{brand}_{environment}_{type}_{RandomNumberGenerator.GetString(Base62, Random)}";
        var key = start + ChecksumOf(start);
        return IsWellFormed(key, type) ? key : throw new ArgumentException("Brand, environment and type are lower-case letters and digits.", nameof(brand));
    }

    /// <summary>Whether it has the form, the type and the right checksum. Says nothing about whether it exists.</summary>
    public static bool IsWellFormed(string key, string type) =>
        key.Length < 200 && Form().Match(key) is { Success: true } match && match.Groups["type"].ValueSpan.SequenceEqual(type)
        && key.AsSpan(key.Length - Checksum).SequenceEqual(ChecksumOf(key[..^Checksum]));

    /// <summary>What may be shown of it for ever: everything before the random part, and the last four characters.</summary>
    public static string Hint(string key) => $"{key[..(key.LastIndexOf('_') + 1)]}…{key[^4..]}";

    /// <summary>CRC-32 (IEEE 802.3, as in zip) of the characters, in base62, padded to six.</summary>
    static string ChecksumOf(string start)
    {
        var crc = uint.MaxValue;
        foreach (var octet in Encoding.ASCII.GetBytes(start))
        {
            crc ^= octet;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
        }
        var digits = new char[Checksum];
        var rest = ~crc;
        for (var position = Checksum - 1; position >= 0; position--, rest /= 62) digits[position] = Base62[(int)(rest % 62)];
        return new string(digits);
    }

    [GeneratedRegex("^[a-z0-9]+_[a-z0-9]+_(?<type>[a-z0-9]+)_[0-9A-Za-z]{38}\\z")]
    private static partial Regex Form();
}
