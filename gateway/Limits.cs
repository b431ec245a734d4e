using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using DevPortal.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace DevPortal.Gateway;

/// <summary>Section <c>Limits</c>.</summary>
public sealed record LimitOptions
{
    /// <summary>For each caller: the subject of the token, else the client's address.</summary>
    [Required]
    public Rate Caller { get; init; } = new() { Burst = 400, PerSecond = 100 };

    /// <summary>For each address, where passwords, codes and links are tried.</summary>
    [Required]
    public Rate SignIn { get; init; } = new() { Burst = 60, PerSecond = 1 };

    /// <summary>Longest silence within one call. What never is silent may take its time: the server itself refuses bodies that trickle.</summary>
    public TimeSpan ActivityTimeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>So many at once, and so many per second for ever.</summary>
public sealed record Rate
{
    [Range(1, 1_000_000)]
    public int Burst { get; init; }

    [Range(1, 1_000_000)]
    public int PerSecond { get; init; }
}

/// <summary>How often one caller may call. Kept in memory by each replica.</summary>
sealed class Limits : IDisposable
{
    static readonly PathString[] Tried = ["/connect/token", "/sign-in", "/welcome", "/account"];
    static readonly PathString[] Free = ["/health", "/alive", RefusalPage.Stylesheet, BrandOptions.LogoAddress];

    readonly byte[] secret = RandomNumberGenerator.GetBytes(32);
    readonly Func<Counted, TokenBucketRateLimiterOptions> caller, signIn;

    public Limits(IOptions<LimitOptions> options)
    {
        (caller, signIn) = (Bucket(options.Value.Caller), Bucket(options.Value.SignIn));
        Limiter = PartitionedRateLimiter.Create<HttpContext, Counted>(Partition);
    }

    public PartitionedRateLimiter<HttpContext> Limiter { get; }

    /// <summary>Takes one from the client's sign-in allowance: a token that must be looked up is a guess until it is found.</summary>
    public PartitionedRateLimiter<HttpContext> Guesses => field ??= PartitionedRateLimiter.Create<HttpContext, Counted>(SignIn);

    public void Dispose() => Limiter.Dispose();

    RateLimitPartition<Counted> Partition(HttpContext http)
    {
        if (Array.IndexOf(Free, http.Request.Path) >= 0) return RateLimitPartition.GetNoLimiter(new Counted(By.Nothing, ""));
        if (IsSignIn(http.Request.Path)) return SignIn(http);
        return RateLimitPartition.GetTokenBucketLimiter(http.User.FindFirst("sub") is { Value: var subject } ? new Counted(By.Subject, subject) : new Counted(By.Address, Place(http)), caller);
    }

    public static bool IsSignIn(PathString path) => Array.Exists(Tried, tried => path.StartsWithSegments(tried));

    RateLimitPartition<Counted> SignIn(HttpContext http) => RateLimitPartition.GetTokenBucketLimiter(new Counted(By.SignInAddress, Place(http)), signIn);

    /// <summary>There are more addresses than memory, so they share 65,536 places; the secret keeps anybody from choosing whose place he takes.</summary>
    string Place(HttpContext http) =>
        Convert.ToHexString(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(ClientAddress.Of(http))), 0, 2);

    static Func<Counted, TokenBucketRateLimiterOptions> Bucket(Rate rate) => _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = rate.Burst,
        TokensPerPeriod = rate.PerSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    };

    enum By { Nothing, Subject, Address, SignInAddress }

    /// <summary>Whose calls are counted together.</summary>
    readonly record struct Counted(By By, string Name);

    public static Refusal Refused(RateLimitLease lease) => new(StatusCodes.Status429TooManyRequests, "too-many-requests", "Too many calls. Wait as long as Retry-After says.")
    {
        RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1,
    };
}

static class LimitsSetup
{
    public static void AddLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<LimitOptions>().BindConfiguration("Limits").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<Limits>();
    }

    public static void UseLimits(this WebApplication app)
    {
        var limiter = app.Services.GetRequiredService<Limits>().Limiter;
        app.Use(next => http =>
        {
            // Calls are counted, not those under way: there is nothing to give back at the end.
            using var lease = limiter.AttemptAcquire(http);
            return lease.IsAcquired ? next(http) : http.RefuseAsync(Limits.Refused(lease), isUnread: true);
        });
    }
}
