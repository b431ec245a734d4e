using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication;

namespace DevPortal.Portal.Api;

/// <summary>Something read, with the version that a change of it must name.</summary>
public sealed record Tagged<T>(T Value, string ETag);

/// <summary>The outcome of a change: what came of it and the version that it has now, or why it was refused.</summary>
public sealed record Sent<T>(T? Value, Problem? Refused, string? ETag = null);

/// <summary>The gateway's HTTP API as the visitor of this request sees it; the only thing that pages talk to. Reads throw what is refused, and
/// one place makes a page of it (<see cref="Web.ErrorPages"/>); changes return it, for the form that asked.</summary>
public sealed class PublicApi(HttpClient http, IHttpContextAccessor context, TimeProvider time)
{
    /// <summary>What a service leaves out is null here: pages read less than services say.</summary>
    public static readonly JsonSerializerOptions Reading = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    static readonly JsonSerializerOptions Sending = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new TypedText() } };

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async Task<T> GetAsync<T>(string path) => (await GetTaggedAsync<T>(path)).Value;

    public async Task<Tagged<T>> GetTaggedAsync<T>(string path)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, null, null);
        if (!response.IsSuccessStatusCode) throw new RefusedException(await Problem.ReadAsync(response, Ct));
        return new((await response.Content.ReadFromJsonAsync<T>(Reading, Ct))!, response.Headers.ETag?.ToString() ?? "");
    }

    /// <summary>Null where there is nothing for this visitor.</summary>
    public async Task<T?> FindAsync<T>(string path) where T : class
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, null, null);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        if (!response.IsSuccessStatusCode) throw new RefusedException(await Problem.ReadAsync(response, Ct));
        return await response.Content.ReadFromJsonAsync<T>(Reading, Ct);
    }

    /// <summary>A document as it is; null where there is none.</summary>
    public async Task<string?> FindTextAsync(string path)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, null, null);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        if (!response.IsSuccessStatusCode) throw new RefusedException(await Problem.ReadAsync(response, Ct));
        return await response.Content.ReadAsStringAsync(Ct);
    }

    /// <param name="key">Idempotency-Key: a form that is sent twice does one thing.</param>
    /// <param name="seen">The ETag of what the visitor saw when he decided.</param>
    public Task<Sent<T>> PostAsync<T>(string path, object? body, string key, string? seen = null) => ChangeAsync<T>(HttpMethod.Post, path, body, key, seen);

    public Task<Sent<T>> PutAsync<T>(string path, object body, string seen) => ChangeAsync<T>(HttpMethod.Put, path, body, null, seen);

    public Task<Sent<T>> DeleteAsync<T>(string path, string? seen = null) => ChangeAsync<T>(HttpMethod.Delete, path, null, null, seen);

    async Task<Sent<T>> ChangeAsync<T>(HttpMethod method, string path, object? body, string? key, string? seen)
    {
        try
        {
            using var response = await SendAsync(method, path, body, key, seen);
            if (!response.IsSuccessStatusCode) return new(default, await Problem.ReadAsync(response, Ct));
            return new(response.Content.Headers.ContentLength is 0 || response.StatusCode == HttpStatusCode.NoContent ? default : await response.Content.ReadFromJsonAsync<T>(Reading, Ct), null, response.Headers.ETag?.ToString());
        }
        catch (RefusedException away)
        {
            return new(default, away.Problem);
        }
    }

    async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, string? key, string? seen)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            using var request = new HttpRequestMessage(method, path);
            if (body is not null) request.Content = JsonContent.Create(body, options: Sending);
            if (key is not null) request.Headers.Add("Idempotency-Key", key);
            if (seen is not null) request.Headers.TryAddWithoutValidation("If-Match", seen);
            if (await Http.GetTokenAsync("access_token") is { } token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var response = await Unavailable.ToRefusalAsync(() => http.SendAsync(request, Ct), Ct);
            // What was made a moment ago may not have arrived at the service that is asked now; nothing was done, so the call is repeated.
            if (response.StatusCode != HttpStatusCode.Conflict || time.GetElapsedTime(started) > Patience) return response;
            await response.Content.LoadIntoBufferAsync(Ct);
            if ((await Problem.ReadAsync(response, Ct)).Code != "not-yet-known") return response;
            response.Dispose();
            await Task.Delay(TimeSpan.FromMilliseconds(300), Ct);
        }
    }

    HttpContext Http => context.HttpContext ?? throw new InvalidOperationException("The API is called for a visitor.");

    CancellationToken Ct => Http.RequestAborted;
}
