namespace DevPortal.TykStandIn;

/// <summary>Tyk's <c>hash_key_function</c>.</summary>
public enum HashFunction
{
    /// <summary>The empty setting: hashes of 8 digits, tokens are organisation + id.</summary>
    Legacy,
    Murmur32,
    Murmur64,
    Murmur128,
    Sha256,
}
