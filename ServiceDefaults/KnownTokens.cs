using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace DevPortal.ServiceDefaults;

/// <summary>Validates access tokens, and remembers those that were good: to check a signature costs more than to pass a call on. What a person
/// may do is not in the token and is looked up for each call, so nothing is remembered here that could be taken from him.</summary>
public sealed class KnownTokens : JsonWebTokenHandler, IDisposable
{
    /// <summary>At most this long after identity has withdrawn a signing key a token that it signed is still taken.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    readonly TimeProvider time;

    // Some kilobytes each.
    readonly MemoryCache good = new(new MemoryCacheOptions { SizeLimit = 5_000 });

    /// <param name="time">Tells how long ago it was.</param>
    public KnownTokens(TimeProvider time) => (this.time, MapInboundClaims) = (time, false);

    /// <inheritdoc/>
    public void Dispose() => good.Dispose();

    /// <summary>Whose token it is, if it was good a moment ago; else it must be validated. The same object for each call: for those who only read it.</summary>
    public bool TryRecognise(ReadOnlySpan<char> token, [NotNullWhen(true)] out ClaimsPrincipal? caller)
    {
        var isKnown = good.TryGetValue(token, out Known? known) && time.GetUtcNow() < known!.Until;
        caller = isKnown ? known!.Caller : null;
        return isKnown;
    }

    /// <inheritdoc/>
    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        var now = time.GetUtcNow();
        if (!good.TryGetValue(token, out Known? known) || now >= known!.Until)
        {
            var result = await base.ValidateTokenAsync(token, validationParameters);
            if (!result.IsValid) return result;
            var expires = new DateTimeOffset(result.SecurityToken.ValidTo, TimeSpan.Zero) + validationParameters.ClockSkew;
            known = new Known(result, new ClaimsPrincipal(result.ClaimsIdentity.Clone()), now + Remembered < expires ? now + Remembered : expires);
            good.Set(token, known, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Remembered });
        }

        // Its own for each call: a service adds to it who the caller is today.
        return new TokenValidationResult { IsValid = true, SecurityToken = known.Result.SecurityToken, ClaimsIdentity = known.Result.ClaimsIdentity.Clone() };
    }

    sealed record Known(TokenValidationResult Result, ClaimsPrincipal Caller, DateTimeOffset Until);
}
