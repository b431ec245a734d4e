using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using DevPortal.ServiceDefaults;
using Microsoft.Extensions.Caching.Memory;

namespace DevPortal.Gateway;

/// <summary>Exchanges a personal access token for an access token of at most a minute, so that services know one kind of token only.</summary>
sealed class PersonalAccessTokens(IHttpClientFactory http, Limits limits, TimeProvider time) : IDisposable
{
    readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = 10_000 });
    readonly byte[] secret = RandomNumberGenerator.GetBytes(32);

    public void Dispose() => cache.Dispose();

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var token = context.Request.Headers.Authorization is [{ } header] && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim() : "";
        return token.Contains("_" + KeyFormat.PersonalAccessToken + "_", StringComparison.Ordinal) && Callers.IsApi(context) ? InvokeAsync(context, token, next) : next(context);
    }

    async Task InvokeAsync(HttpContext context, string token, RequestDelegate next)
    {
        if (!KeyFormat.IsWellFormed(token, KeyFormat.PersonalAccessToken))
        {
            await Callers.RefuseTokenAsync(context);
            return;
        }

        // Kept by a keyed hash: nothing in memory is the token itself.
        var key = Convert.ToHexString(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(token)));
        if (!cache.TryGetValue(key, out string? accessToken))
        {
            using var lease = limits.Guesses.AttemptAcquire(context);
            if (!lease.IsAcquired)
            {
                await Limits.Refused(lease).ToProblem().ExecuteAsync(context);
                return;
            }
            if (await ExchangeAsync(token, context.RequestAborted) is not { } exchanged)
            {
                await Callers.RefuseTokenAsync(context);
                return;
            }
            accessToken = exchanged.AccessToken;
            var remaining = TimeSpan.FromSeconds(exchanged.ExpiresIn) - Margin;
            if (remaining > TimeSpan.Zero) cache.Set(key, accessToken, new MemoryCacheEntryOptions { AbsoluteExpiration = time.GetUtcNow() + remaining, Size = 1 });
        }
        context.Request.Headers.Authorization = "Bearer " + accessToken;
        await next(context);
    }

    /// <summary>A call on its way to a service may take that long before the token is looked at there.</summary>
    static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    /// <summary>Null: identity does not know it (any more).</summary>
    async Task<Exchanged?> ExchangeAsync(string token, CancellationToken cancel)
    {
        // Not among our routes: an exchange that anybody could ask for would be as good as a way to mint tokens.
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://identity/internal/exchange")
        {
            Content = new FormUrlEncodedContent([new("subject_token", token)]),
        };
        // An exchange changes nothing, so it may be repeated.
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        using var response = await http.CreateClient(nameof(PersonalAccessTokens)).SendAsync(request, cancel);
        if (response.StatusCode == HttpStatusCode.Unauthorized) return null;
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<Exchanged>(Json.Options, cancel);
    }

    sealed record Exchanged([property: JsonPropertyName("access_token")] string AccessToken, [property: JsonPropertyName("expires_in")] int ExpiresIn);
}

static class PersonalAccessTokensSetup
{
    public static void AddPersonalAccessTokens(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpClient(nameof(PersonalAccessTokens));
        builder.Services.AddSingleton<PersonalAccessTokens>();
    }

    public static void UsePersonalAccessTokens(this WebApplication app)
    {
        var tokens = app.Services.GetRequiredService<PersonalAccessTokens>();
        app.Use(next => http => tokens.InvokeAsync(http, next));
    }
}
