using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace DevPortal.Demo.Api;

/// <summary>An answer with the version that a change must name.</summary>
public sealed record Tagged<T>(T Value, string ETag);

/// <summary>The portal's public API as one caller sees it. What passes by itself (a service away, too many calls, a reference so new that it has
/// not arrived everywhere) is waited for; each POST has one Idempotency-Key, so that a repetition is never a second deed.</summary>
public sealed class PortalClient(HttpClient http, SignedIn? caller = null)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The same caller by another way to the portal.</summary>
    public PortalClient By(HttpClient other) => new(other, caller) { WaitsFor = WaitsFor };

    /// <summary>How long what may pass is waited for.</summary>
    public TimeSpan WaitsFor { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>For anonymous callers, sign-in and pages: no cookies and no redirects by itself.</summary>
    public static HttpClient Connect(Uri address) => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(3) })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(20),
    };

    public async Task<T> GetAsync<T>(string path, CancellationToken ct) => (await GetTaggedAsync<T>(path, ct)).Value;

    public async Task<Tagged<T>> GetTaggedAsync<T>(string path, CancellationToken ct)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, null, ct);
        return await ReadAsync<T>(response, ct);
    }

    /// <summary>All pages of a list.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<T>(string path, CancellationToken ct)
    {
        var all = new List<T>();
        var start = path + (path.Contains('?', StringComparison.Ordinal) ? '&' : '?') + "limit=100";
        for (var next = start; ;)
        {
            var page = await GetAsync<Page<T>>(next, ct);
            all.AddRange(page.Items);
            if (page.Next is null) return all;
            next = $"{start}&cursor={Uri.EscapeDataString(page.Next)}";
        }
    }

    public async Task<T> PostAsync<T>(string path, object body, CancellationToken ct, string? ifMatch = null)
    {
        using var response = await SendAsync(HttpMethod.Post, path, body, ifMatch, ct);
        return (await ReadAsync<T>(response, ct)).Value;
    }

    public async Task PutAsync(string path, object body, string ifMatch, CancellationToken ct) =>
        (await SendAsync(HttpMethod.Put, path, body, ifMatch, ct)).Dispose();

    static async Task<Tagged<T>> ReadAsync<T>(HttpResponseMessage response, CancellationToken ct) => new(
        typeof(T) == typeof(JsonDocument)
            ? (T)(object)JsonDocument.Parse(await response.Content.ReadAsStringAsync(ct))
            : (await response.Content.ReadFromJsonAsync<T>(Json, ct))!,
        response.Headers.ETag?.ToString() ?? "");

    async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, string? ifMatch, CancellationToken ct)
    {
        var patience = new Patience(WaitsFor);
        var idempotencyKey = Guid.CreateVersion7().ToString();
        var signedInAnew = false;
        while (true)
        {
            HttpResponseMessage? response = null;
            try
            {
                using var request = new HttpRequestMessage(method, path);
                if (body is not null) request.Content = JsonContent.Create(body, options: Json);
                if (method == HttpMethod.Post) request.Headers.Add("Idempotency-Key", idempotencyKey);
                if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
                if (caller is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await caller.TokenAsync(ct));
                response = await http.SendAsync(request, ct);
                if (response.IsSuccessStatusCode) return response;

                var refused = await RefusedException.ReadAsync(response, ct);
                if (refused.Status == HttpStatusCode.Unauthorized && caller is not null && !signedInAnew)
                {
                    caller.Forget();
                    signedInAnew = true;
                }
                else if (!refused.IsPassing || !patience.IsLeft)
                {
                    throw refused;
                }
            }
            catch (Exception away) when (away is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
            {
                // Nobody knows whether the call arrived; its Idempotency-Key makes that no matter.
                if (!patience.IsLeft) throw new TimeoutException($"{method} {path} was not answered for {WaitsFor.TotalSeconds:0} s: {away.Message}", away);
            }
            await patience.WaitAsync(response, ct);
            response?.Dispose();
        }
    }
}
