namespace DevPortal.Tyk;

/// <summary>Why a gateway can't be a source of credentials, and what to change there. <see cref="Code"/> is stable.</summary>
public sealed record SourceRefusal(string Code, string Reason, string Remedy);

/// <summary>Judges a gateway by what it answered to the create of the sentinel.</summary>
public static class SourceCheck
{
    /// <summary>Null = good. Without a hash there is no handle that is not the key itself; 32 bits collide, and a create is an upsert.</summary>
    public static SourceRefusal? Refuse(KeyCreation.Created sentinel) => sentinel.Hash?.Reveal() switch
    {
        null => new("keys-not-hashed", "the gateway does not hash its keys, so each list of them would hand out secrets",
            "set hash_keys: true and hash_key_function: sha256 in the gateway's configuration and start it again"),
        { Length: 8 } => new("key-hash-too-short", "the gateway's key hashes have 32 bits, so one key may overwrite another",
            "set hash_key_function: sha256 (or murmur64, murmur128) in the gateway's configuration and start it again"),
        _ => null,
    };
}
