using System.Security.Claims;
using System.Security.Cryptography;
using DevPortal.ServiceDefaults;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace DevPortal.Gateway.Tests;

public sealed class KnownTokensTests : IDisposable
{
    readonly Clock clock = new();
    readonly KnownTokens tokens;
    readonly ECDsa ours = ECDsa.Create(ECCurve.NamedCurves.nistP256), others = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public KnownTokensTests() => tokens = new KnownTokens(clock);

    public void Dispose()
    {
        tokens.Dispose();
        ours.Dispose();
        others.Dispose();
    }

    [Fact]
    public async Task A_token_that_was_good_is_not_checked_again_at_once()
    {
        var token = Sign(TimeSpan.FromMinutes(5));
        Assert.True(await IsGoodAsync(token, ours));
        Assert.True(await IsGoodAsync(token, others));
    }

    [Fact]
    public async Task Nor_longer_than_a_minute_after_its_key_is_gone()
    {
        var token = Sign(TimeSpan.FromMinutes(5));
        Assert.True(await IsGoodAsync(token, ours));
        clock.Now += KnownTokens.Remembered;
        Assert.False(await IsGoodAsync(token, others));
    }

    [Fact]
    public async Task Nor_after_its_own_end()
    {
        var token = Sign(TimeSpan.FromSeconds(30));
        Assert.True(await IsGoodAsync(token, ours));
        clock.Now += TimeSpan.FromSeconds(42);
        Assert.False(await IsGoodAsync(token, others));
    }

    [Fact]
    public async Task A_token_that_is_not_ours_is_refused_each_time_and_so_is_one_that_resembles_a_good_one()
    {
        var token = Sign(TimeSpan.FromMinutes(5));
        Assert.False(await IsGoodAsync(token, others));
        Assert.True(await IsGoodAsync(token, ours));
        Assert.False(await IsGoodAsync(token[..^4] + "AAAA", ours));
    }

    [Fact]
    public async Task Its_owner_is_recognised_for_as_long()
    {
        var (token, other) = (Sign(TimeSpan.FromMinutes(5)), Sign(TimeSpan.FromSeconds(30)));
        Assert.False(tokens.TryRecognise(token, out _));
        Assert.False(await IsGoodAsync(token, others));
        Assert.False(tokens.TryRecognise(token, out _));
        Assert.True(await IsGoodAsync(token, ours) && await IsGoodAsync(other, ours));

        Assert.True(tokens.TryRecognise(token, out var caller));
        Assert.Equal("somebody", caller.Identity?.Name);
        Assert.False(tokens.TryRecognise(token.AsSpan()[..^1], out _));

        clock.Now += TimeSpan.FromSeconds(42);
        Assert.True(tokens.TryRecognise(token, out _));
        Assert.False(tokens.TryRecognise(other, out _));

        clock.Now += KnownTokens.Remembered;
        Assert.False(tokens.TryRecognise(token, out _));
    }

    [Fact]
    public async Task What_one_call_says_of_the_caller_is_not_said_of_the_next()
    {
        var token = Sign(TimeSpan.FromMinutes(5));
        (await ValidateAsync(token, ours)).ClaimsIdentity.AddClaim(new Claim(ClaimTypes.Role, "admin"));
        var next = (await ValidateAsync(token, ours)).ClaimsIdentity;
        Assert.Equal("somebody", next.Name);
        Assert.DoesNotContain(next.Claims, claim => claim.Type == ClaimTypes.Role);
    }

    string Sign(TimeSpan lifetime) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Claims = new Dictionary<string, object> { ["sub"] = "somebody" },
        Expires = (clock.Now + lifetime).UtcDateTime,
        SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(ours), SecurityAlgorithms.EcdsaSha256),
    });

    async Task<bool> IsGoodAsync(string token, ECDsa key) => (await ValidateAsync(token, key)).IsValid;

    Task<TokenValidationResult> ValidateAsync(string token, ECDsa key) => tokens.ValidateTokenAsync(token, new TokenValidationParameters
    {
        IssuerSigningKey = new ECDsaSecurityKey(key),
        ValidateIssuer = false,
        ValidateAudience = false,
        NameClaimType = "sub",
        ClockSkew = TimeSpan.FromSeconds(10),
    });

    sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
