using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DevPortal.Eventing;

/// <summary>The answer that a repeat with the same Idempotency-Key gets; kept for 24 hours.</summary>
public sealed record StoredReply(string Id, string BodyHash, DateTimeOffset At, int Status, string? Json, string? ETag, string? Location);

/// <summary><c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header) on POSTs that create or decide: same key and body, same
/// answer for 24 hours; another body 422; still in flight 409. Per caller, method and path.</summary>
public static class Idempotency
{
    const int LongestKey = 200;

    /// <summary>How long a repeat gets the first answer; <see cref="SweepReplies"/> deletes it afterwards.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    static readonly object ItemKey = new();

    sealed record Pending(string Id, string BodyHash, DateTimeOffset At);

    /// <summary>Adds the rule to a route; the header stays optional. The handler must end with <see cref="Saving.TrySaveAsync"/>.</summary>
    public static RouteHandlerBuilder WithIdempotency(this RouteHandlerBuilder route) => route.AddEndpointFilter(FilterAsync).WithMetadata(new Idempotent(CarriesSecret: false));

    static async ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length == 0) return await next(context);
        if (key.Length > LongestKey)
            return new Refusal(400, "bad-idempotency-key", $"An Idempotency-Key has at most {LongestKey} characters.", "Idempotency-Key").ToProblem();

        var session = http.RequestServices.GetRequiredService<IDocumentSession>();
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var caller = http.User.FindFirst("sub")?.Value ?? "";
        // Routes ignore case and a last slash, and so does the key.
        var path = http.Request.Path.Value?.TrimEnd('/').ToLowerInvariant();
        var pending = new Pending(Hash($"{caller}\n{http.Request.Method}\n{path}\n{key}"), await BodyHashAsync(http), now);

        // The lock ends with the session's transaction, which also holds the events and the reply.
        await session.BeginTransactionAsync(http.RequestAborted);
        if (!await TryLockAsync(session, pending.Id, http.RequestAborted))
            return new Refusal(409, "in-flight", "The first call with this Idempotency-Key is still being worked on.", "Idempotency-Key") { RetryAfter = 1 }.ToProblem();
        if (await session.LoadAsync<StoredReply>(pending.Id, http.RequestAborted) is { } reply && now - reply.At < Lifetime)
        {
            // Not only after the answer was sent: the caller's next call with the key would find this one in flight.
            await session.DisposeAsync();
            return reply.BodyHash == pending.BodyHash
                ? Replay(http, reply)
                : Refusal.Invalid("Idempotency-Key", "idempotency-key-reused", "This Idempotency-Key was used with another body. Use a new one.").ToProblem();
        }

        http.Items[ItemKey] = pending;
        return await next(context);
    }

    /// <summary>Puts the answer into the session, to be committed with the events. For endpoints that save by other means.</summary>
    public static void Remember(IDocumentSession session, HttpContext http, IResult answer, bool carriesSecret)
    {
        if (!http.Items.TryGetValue(ItemKey, out var item) || item is not Pending pending) return;
        var plain = answer is INestedHttpResult nested ? nested.Result : answer;
        var status = carriesSecret ? StatusCodes.Status409Conflict : (plain as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
        var value = carriesSecret ? null : (plain as IValueHttpResult)?.Value;
        session.Store(new StoredReply(
            pending.Id, pending.BodyHash, pending.At, status, value is null ? null : JsonSerializer.Serialize(value, Json.Options),
            http.Response.Headers.ETag.ToString() is { Length: > 0 } etag ? etag : null, LocationOf(plain) ?? NullIfEmpty(http.Response.Headers.Location.ToString())));
    }

    static IResult Replay(HttpContext http, StoredReply reply)
    {
        if (reply.Status == StatusCodes.Status409Conflict)
            return Refusal.Conflict("secret-already-shown", "The answer carried a secret, which is shown once. Make a new one.").ToProblem();
        if (reply.ETag is not null) http.Response.Headers.ETag = reply.ETag;
        if (reply.Location is not null) http.Response.Headers.Location = reply.Location;
        return reply.Json is null ? Results.StatusCode(reply.Status) : Results.Text(reply.Json, "application/json", Encoding.UTF8, reply.Status);
    }

    // Created<T> and its kin have the property, but no interface says so.
    static string? LocationOf(IResult answer) => answer.GetType().GetProperty("Location")?.GetValue(answer) as string;

    static string? NullIfEmpty(string value) => value.Length == 0 ? null : value;

    static async Task<bool> TryLockAsync(IDocumentSession session, string id, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select pg_try_advisory_xact_lock(hashtextextended(@id, 0))");
        command.Parameters.AddWithValue("id", id);
        await using var reader = await session.ExecuteReaderAsync(command, cancel);
        return await reader.ReadAsync(cancel) && reader.GetBoolean(0);
    }

    static async Task<string> BodyHashAsync(HttpContext http)
    {
        // Minimal APIs have read the body before filters run; it was buffered by UseIdempotency.
        if (!http.Request.Body.CanSeek) return "";
        http.Request.Body.Position = 0;
        return Convert.ToHexString(await SHA256.HashDataAsync(http.Request.Body, http.RequestAborted));
    }

    static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Keeps the body of keyed calls readable, to be compared on a repeat. Call before the endpoints.</summary>
    public static void UseIdempotency(this WebApplication app) => app.Use((http, next) =>
    {
        if (http.Request.Headers.ContainsKey("Idempotency-Key")) http.Request.EnableBuffering(bufferThreshold: 64 << 10, bufferLimit: 2 << 20);
        return next(http);
    });
}
