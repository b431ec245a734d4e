using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DevPortal.TykStandIn;

/// <summary>Tyk's tokens: base64 of <c>{"org":…,"id":…,"h":…}</c>, or organisation + id when no hash function is set.</summary>
sealed class KeyTokens(HashFunction function, bool unhashed)
{
    static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool Hashes => !unhashed;

    /// <summary>The token of a chosen id, or of a random one when it is empty.</summary>
    public string Wrap(string organisation, string id)
    {
        if (id.StartsWith(organisation, StringComparison.Ordinal)) id = id[organisation.Length..];
        if (id.Length == 0) id = Guid.NewGuid().ToString("N");
        if (function == HashFunction.Legacy) return organisation + id;
        var name = function.ToString().ToLowerInvariant();
        var json = $$"""{"org":{{JsonSerializer.Serialize(organisation, Relaxed)}},"id":{{JsonSerializer.Serialize(id, Relaxed)}},"h":"{{name}}"}""";
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(json));
    }

    /// <summary>What the token is stored and listed under: its hash, or itself at a gateway that does not hash.</summary>
    public string StoredAs(string token) => unhashed ? token : Hash(token, Field(token, "h"));

    /// <summary>The organisation inside a token, empty when there is none: a chosen id as it is, or a hash.</summary>
    public static string OrganisationOf(string token) => Field(token, "org") ?? (token.Length > 24 ? token[..24] : "");

    static string Hash(string token, string? function)
    {
        var bytes = Encoding.UTF8.GetBytes(token);
        switch (function)
        {
            case "sha256":
                return Convert.ToHexStringLower(SHA256.HashData(bytes));
            case "murmur64":
                return Murmur3.Hash128(bytes).High.ToString("x16");
            case "murmur128":
                var (high, low) = Murmur3.Hash128(bytes);
                return high.ToString("x16") + low.ToString("x16");
            default:
                return Murmur3.Hash32(bytes).ToString("x8");
        }
    }

    static string? Field(string token, string name)
    {
        if (!token.StartsWith("ey", StringComparison.Ordinal)) return null;
        var bytes = new byte[token.Length];
        if (!Convert.TryFromBase64String(token, bytes, out var length)) return null;
        try
        {
            using var json = JsonDocument.Parse(bytes.AsMemory(0, length));
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return null;     // an id that happens to be base64 and to begin like one of ours
        }
    }
}
