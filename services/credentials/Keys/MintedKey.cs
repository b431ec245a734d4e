using DevPortal.Tyk;

namespace DevPortal.Credentials;

/// <summary>What is known of one key, as it was read; <see cref="Now"/> is the database's clock at that moment.</summary>
/// <param name="Copy">The key itself; null once it was shown or is not kept any more.</param>
/// <param name="Handle">Tyk's <c>key_hash</c>; null until a create was answered.</param>
/// <param name="CreateSent">False: no create was ever sent, so nothing of it can be at the gateway.</param>
/// <param name="MayLandUntil">Until then a create that got no answer may still be carried out.</param>
/// <param name="Misses">Believed 404s in a row although it should be there.</param>
/// <param name="GoneAt">First believed answer that it is not at the gateway, where it should not be.</param>
/// <param name="Looks">Later looks that confirmed it.</param>
/// <param name="Finished">It is gone and was looked for often enough.</param>
sealed record MintedKey(
    Guid Credential, int Generation, string Hint, SecretText? Copy, KeyHash? Handle, bool CreateSent, DateTime? MayLandUntil, int Misses,
    DateTime? GoneAt, int Looks, DateTime? NextLook, bool Finished, DateTime Now)
{
    public bool MayStillLand => MayLandUntil > Now;

    public TimeSpan UntilNextLook => NextLook is { } at && at > Now ? at - Now : TimeSpan.Zero;

    public override string ToString() => Hint;
}
