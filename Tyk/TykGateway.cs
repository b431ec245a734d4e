using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace DevPortal.Tyk;

/// <summary>Where a gateway's control API is and what opens it. <see cref="OrgId"/>: the one organisation of the source.</summary>
public sealed record GatewayAddress(Uri Url, SecretText Secret, string OrgId);

/// <summary>Longest wait for an answer. A create takes 10 s to fail when the gateway's store hangs, so it gets longer.</summary>
public sealed record GatewayTimeouts(TimeSpan Create, TimeSpan Other)
{
    public static readonly GatewayTimeouts Default = new(TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(5));
}

/// <summary>
/// Tyk Gateway's control API, as recorded at 5.13. Answers are unions, never exceptions; only the caller's own cancellation is thrown.
/// Chosen key ids and hashes stand in URLs, so spans, logs and reasons carry the route's template and nothing of the URL: requests are
/// marked <see cref="Untraced"/> for the default instrumentation, and <see cref="Activities"/> has spans of our own.
/// </summary>
public sealed class TykGateway(HttpClient http, GatewayAddress address, GatewayTimeouts? timeouts = null)
{
    /// <summary>Name of the activity source; register it where spans are exported.</summary>
    public const string ActivitySourceName = "DevPortal.Tyk";

    /// <summary>Set on every request: instrumentation that records URLs must leave it out.</summary>
    public static readonly HttpRequestOptionsKey<bool> Untraced = new("DevPortal.Untraced");

    private static readonly ActivitySource Activities = new(ActivitySourceName);

    private readonly GatewayTimeouts timeouts = timeouts ?? GatewayTimeouts.Default;
    private readonly string root = address.Url.AbsoluteUri.TrimEnd('/');

    public GatewayAddress Address => address;

    /// <summary>All policies, of all organisations, in no order.</summary>
    public Task<Listing<TykPolicy>> Policies(CancellationToken ct = default) => List("/tyk/policies", json => TykPolicy.Parse(json), ct);

    /// <summary>Those of the wanted policies that one organisation has. Each is asked for by itself, so that a few out of thousands cost little. Of
    /// equal ids in several organisations Tyk answers with one only, so where an answer is not what was wanted, the list of all decides.</summary>
    public async Task<Listing<TykPolicy>> Policies(string orgId, IReadOnlySet<string> wanted, CancellationToken ct = default)
    {
        var found = new List<TykPolicy>();
        foreach (var id in wanted)
        {
            var answer = await Send(HttpMethod.Get, "/tyk/policies/{id}", "/tyk/policies/" + Uri.EscapeDataString(id), null, timeouts.Other, ct);
            if (answer.Status == HttpStatusCode.OK && answer.Json() is { } json && TykPolicy.Parse(json) is ReadResult<TykPolicy>.Read({ } policy) && policy.Id == id && policy.OrgId == orgId)
                found.Add(policy);
            else
                return await List("/tyk/policies", json => IsWanted(json) ? TykPolicy.Parse(json) : null, ct);
        }

        return new Listing<TykPolicy>.Listed(found, []);

        bool IsWanted(JsonElement json) => (json.Text("id") ?? json.Text("_id")) is not { } id || wanted.Contains(id);
    }

    /// <summary>All APIs as classic definitions; OAS APIs are among them, as <c>is_oas</c>. See <see cref="TykApi.Combine"/>.</summary>
    /// <param name="documented">Those whose Tyk OAS document was read already: left out, so that none stands in memory twice.</param>
    /// <param name="ct">Gives up.</param>
    public Task<Listing<TykApi>> Apis(IReadOnlySet<(string? OrgId, string Id)>? documented = null, CancellationToken ct = default) => List(
        "/tyk/apis",
        json => TykApi.Parse(json) switch
        {
            ReadResult<TykApi>.Read({ } api) when documented?.Contains((api.OrgId, api.Id)) == true => null,
            var read => read,
        },
        ct);

    /// <summary>All Tyk OAS documents.</summary>
    public Task<Listing<TykApi>> OasApis(CancellationToken ct = default) => List("/tyk/apis/oas", json => TykApi.Parse(json), ct);

    /// <summary>Liveness; see <see cref="Tyk.Hello"/> for what it does not prove.</summary>
    public async Task<Hello> Hello(CancellationToken ct = default)
    {
        var answer = await Send(HttpMethod.Get, "/hello", "/hello", null, timeouts.Other, ct);
        return answer.Status == HttpStatusCode.OK && answer.Json() is { } said && said.Text("status") is { } status
            ? new Hello.Said(status, said.Text("version"), said.Path("details", "redis")?.Text("status"))
            : new Hello.Failed(answer.Reason());
    }

    /// <summary>
    /// Makes (or overwrites: Tyk's create is an upsert) the key with this id. The chosen id is what consumers send.
    /// </summary>
    public async Task<KeyCreation> CreateKey(SecretText chosenId, KeySpec key, CancellationToken ct = default)
    {
        var answer = await Send(HttpMethod.Post, "/tyk/keys/{key}", "/tyk/keys/" + Escape(chosenId), key, timeouts.Create, ct);
        return answer.Status switch
        {
            HttpStatusCode.OK when answer.Json()?.Text("status") == "ok" =>
                new KeyCreation.Created(answer.Json()?.Text("key_hash") is { } hash ? new KeyHash(hash) : null),
            HttpStatusCode.BadRequest => new KeyCreation.Refused(answer.Message(chosenId.Reveal())),
            // A store that hangs makes Tyk answer 5xx, and carries the write out when it goes on.
            _ => new KeyCreation.Failed(answer.Reason(chosenId.Reveal()), answer.MayStillLand || answer.Status >= HttpStatusCode.InternalServerError),
        };
    }

    public async Task<KeyRead> ReadKey(KeyHash hash, CancellationToken ct = default)
    {
        var answer = await Send(HttpMethod.Get, "/tyk/keys/{hash}", ByHash(hash, ""), null, timeouts.Other, ct);
        return answer.Status switch
        {
            HttpStatusCode.OK when answer.Json() is { } json && KeySession.Parse(json) is { } session => new KeyRead.Found(session),
            HttpStatusCode.NotFound when answer.IsTyksRefusal => new KeyRead.NoSuchKey(),
            HttpStatusCode.BadRequest => new KeyRead.Refused(answer.Message(hash.Reveal())),
            _ => new KeyRead.Failed(answer.Reason(hash.Reveal())),
        };
    }

    /// <summary>Replaces the key's session. Without <paramref name="suppressReset"/> Tyk resets its counters.</summary>
    public async Task<KeyChange> UpdateKey(KeyHash hash, KeySpec key, bool suppressReset = true, CancellationToken ct = default) =>
        Changed(await Send(HttpMethod.Put, "/tyk/keys/{hash}", ByHash(hash, suppressReset ? "&suppress_reset=1" : ""), key, timeouts.Other, ct), hash);

    public async Task<KeyChange> DeleteKey(KeyHash hash, CancellationToken ct = default) =>
        Changed(await Send(HttpMethod.Delete, "/tyk/keys/{hash}", ByHash(hash, ""), null, timeouts.Other, ct), hash);

    public async Task<KeyListing> ListKeyHashes(CancellationToken ct = default)
    {
        var answer = await Send(HttpMethod.Get, "/tyk/keys", "/tyk/keys", null, timeouts.Other, ct);
        return answer.Status switch
        {
            HttpStatusCode.OK when answer.Json() is { } json && json.Get("keys") is { ValueKind: JsonValueKind.Array } =>
                new KeyListing.Listed([.. json.Texts("keys").Where(hash => hash.Length > 0).Select(hash => new KeyHash(hash))]),
            HttpStatusCode.NotFound when answer.IsTyksRefusal => new KeyListing.Disabled(),
            _ => new KeyListing.Failed(answer.Reason()),
        };
    }

    private async Task<Listing<T>> List<T>(string route, Func<JsonElement, ReadResult<T>?> read, CancellationToken ct)
    {
        var items = new List<T>();
        var broken = new List<string>();
        var isList = false;
        // Entry by entry as they come: whole, thousands of APIs would stand in memory several times.
        var answer = await Send(HttpMethod.Get, route, route, null, timeouts.Other, ct, async (body, limit) =>
        {
            var index = 0;
            await foreach (var entry in JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(body, TykJson.Streamed, limit))
            {
                index++;
                switch (read(entry))
                {
                    case ReadResult<T>.Read(var item):
                        items.Add(item);
                        break;
                    case ReadResult<T>.Broken(var reason):
                        broken.Add($"entry {index} of {route}: {reason}");
                        break;
                }
            }

            isList = true;
        });
        return isList && answer.Trouble is null ? new Listing<T>.Listed(items, broken) : new Listing<T>.Failed(answer.Reason());
    }

    private static KeyChange Changed(Answer answer, KeyHash hash) => answer.Status switch
    {
        HttpStatusCode.OK => new KeyChange.Done(),
        HttpStatusCode.NotFound when answer.IsTyksRefusal => new KeyChange.NoSuchKey(),
        HttpStatusCode.BadRequest => new KeyChange.Refused(answer.Message(hash.Reveal())),
        _ => new KeyChange.Failed(answer.Reason(hash.Reveal()), answer.MayStillLand),
    };

    private static string ByHash(KeyHash hash, string more) => $"/tyk/keys/{Uri.EscapeDataString(hash.Reveal())}?hashed=1{more}";

    private static string Escape(SecretText chosenId) => Uri.EscapeDataString(chosenId.Reveal());

    private async Task<Answer> Send(HttpMethod method, string route, string path, KeySpec? body, TimeSpan timeout, CancellationToken ct, Func<Stream, CancellationToken, Task>? readList = null)
    {
        using var activity = Activities.StartActivity($"{method} {route}", ActivityKind.Client);
        activity?.SetTag("http.request.method", method.Method).SetTag("url.template", route)
            .SetTag("server.address", address.Url.Host).SetTag("server.port", address.Url.Port);

        var answer = await Ask(method, route, path, body, timeout, ct, readList);

        activity?.SetTag("http.response.status_code", (int?)answer.Status);
        if (answer.Trouble is not null || answer.Status >= HttpStatusCode.InternalServerError)
        {
            activity?.SetStatus(ActivityStatusCode.Error, answer.Trouble);
        }

        return answer;
    }

    private async Task<Answer> Ask(HttpMethod method, string route, string path, KeySpec? body, TimeSpan timeout, CancellationToken ct, Func<Stream, CancellationToken, Task>? readList = null)
    {
        using var request = new HttpRequestMessage(method, root + path) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Options.Set(Untraced, true);
        request.Headers.Add("X-Tyk-Authorization", address.Secret.Reveal());
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } trace })
        {
            request.Headers.TryAddWithoutValidation("traceparent", trace);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body.ToJson(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (readList is not null && response.StatusCode == HttpStatusCode.OK)
            {
                await readList(await response.Content.ReadAsStreamAsync(limit.Token), limit.Token);
                return new Answer($"{method} {route}", response.StatusCode, [], null, MayStillLand: false);
            }

            var text = await response.Content.ReadAsByteArrayAsync(limit.Token);
            return new Answer($"{method} {route}", response.StatusCode, text, null, MayStillLand: false);
        }
        catch (JsonException)
        {
            return new Answer($"{method} {route}", HttpStatusCode.OK, [], null, MayStillLand: false);
        }
        catch (OperationCanceledException)
        {
            ct.ThrowIfCancellationRequested();
            return new Answer($"{method} {route}", null, [], $"no answer within {timeout.TotalSeconds:0.#} s", MayStillLand: true);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            // The exception's own text may quote the URL, so only its kind goes on.
            var error = (broken as HttpRequestException)?.HttpRequestError ?? HttpRequestError.Unknown;
            var never = error is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;
            return new Answer($"{method} {route}", null, [], Describe(broken, error), MayStillLand: !never);
        }
    }

    private static string Describe(Exception broken, HttpRequestError error) => broken.GetBaseException() switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
        SocketException socket => $"connection failed ({socket.SocketErrorCode})",
        _ => $"connection failed ({error})",
    };

    private sealed record Answer(string Route, HttpStatusCode? Status, byte[] Body, string? Trouble, bool MayStillLand)
    {
        private JsonElement? json;

        // Tyk's own 404, not that of a proxy or of another server at its address.
        public bool IsTyksRefusal => Json()?.Text("status") == "error";

        public JsonElement? Json()
        {
            if (json is null && Body.Length > 0)
            {
                try
                {
                    json = JsonElement.Parse(Body, TykJson.Tolerant);
                }
                catch (JsonException)
                {
                    return null;
                }
            }

            return json;
        }

        public string Message(string? secret = null)
        {
            var message = Json()?.Text("message") ?? "no reason given";
            if (secret is not null)
            {
                message = message.Replace(secret, "***", StringComparison.OrdinalIgnoreCase);
            }

            return message.Length <= 300 ? message : message[..300] + "…";
        }

        public string Reason(string? secret = null) => Status switch
        {
            null => $"{Route}: {Trouble}",
            HttpStatusCode.OK => $"{Route}: 200, but the answer is not Tyk's",
            HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => $"{Route}: {(int)Status}, the gateway refuses our secret ({Message(secret)})",
            _ => $"{Route}: {(int)Status} {Message(secret)}",
        };

        public override string ToString() => Route;
    }
}
