using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DevPortal.Demo.Api;
using DevPortal.Demo.Filling;

namespace DevPortal.Demo.Fuzzing;

/// <param name="Complaints">Answers that are not as described, 5xx, and texts of one organisation in an answer to another.</param>
public sealed record FuzzReport(int Seed, int Calls, int Accepted, IReadOnlyList<string> Complaints);

/// <summary>Sends valid, nearly valid and hostile input to every operation as everybody, and holds each answer against the documents. What it changes are
/// things that it made.</summary>
public sealed partial class Fuzz : IDisposable
{
    /// <summary>A marked text: whoever of another organisation reads it has seen too much.</summary>
    sealed record Caller(string Name, bool IsAdmin, Guid? Organisation, string Mark, Func<CancellationToken, Task<string>>? Token)
    {
        public override string ToString() => Name;
    }

    readonly HttpClient http;
    readonly Random random;
    readonly int seed;
    readonly List<Caller> callers = [];
    readonly List<string> usedKeys = [];

    /// <summary>Ids by the first part of the paths that they stand in. What is changed is only among the second.</summary>
    readonly Dictionary<string, List<string>> known = [], made = [];
    IReadOnlyList<Operation> operations = [];

    Fuzz(Uri address, int seed) => (http, this.seed, random) = (PortalClient.Connect(address), seed, new Random(seed));

    public void Dispose() => http.Dispose();

    /// <param name="seed">The same one makes the same calls, as far as the portal answers the same.</param>
    public static async Task<FuzzReport> RunAsync(Uri address, IReadOnlyList<Account> accounts, TimeSpan time, int seed, CancellationToken ct)
    {
        using var fuzz = new Fuzz(address, seed);
        await fuzz.PrepareAsync(accounts, ct);
        return await fuzz.CallAsync(time, ct);
    }

    async Task PrepareAsync(IReadOnlyList<Account> accounts, CancellationToken ct)
    {
        operations = await Operation.AllAsync(http, ct);
        callers.Add(new("nobody", false, null, "", null));
        foreach (var account in accounts)
        {
            var signedIn = new SignedIn(http, account.Email, account.Password, TimeProvider.System);
            var portal = new PortalClient(http, signedIn);
            var me = await portal.GetAsync<Me>("/api/identity/me", ct);
            var caller = new Caller(account.Email, me.Role == "admin", me.Organization.Id, $"mark{Guid.NewGuid():N}", signedIn.TokenAsync);
            callers.Add(caller);
            if (caller.IsAdmin) await LearnAsync(portal, ct);
            else await MakeAsync(portal, caller, ct);
            var reader = await portal.PostAsync<Minted>("/api/identity/tokens", new { name = caller.Mark, scopes = new[] { "read" }, expiresAt = DateTimeOffset.UtcNow.AddDays(1) }, ct);
            callers.Add(caller with { Name = account.Email + " to read", IsAdmin = false, Token = _ => Task.FromResult(reader.Token) });
        }
    }

    /// <summary>What can be looked at.</summary>
    async Task LearnAsync(PortalClient admin, CancellationToken ct)
    {
        foreach (var list in operations.Where(operation => operation.Method == HttpMethod.Get && !operation.Path.Contains('{', StringComparison.Ordinal)))
        {
            if (list.QueryParameters.All(parameter => parameter != "cursor")) continue;
            foreach (var item in (await admin.GetAsync<Page<JsonObject>>(list.Path + "?limit=100", ct)).Items)
            {
                if (item["id"] is { } id) Remember(known, list.Path, id.GetValue<string>());
            }
        }
    }

    /// <summary>What may be changed: a marked app and request of a consumer's.</summary>
    async Task MakeAsync(PortalClient consumer, Caller owner, CancellationToken ct)
    {
        var app = await consumer.CreateAppAsync(owner.Mark, ct);
        Remember(made, "/api/credentials/apps", $"{app.Id}");
        foreach (var product in await consumer.ListAsync<Product>("/api/catalog/products", ct))
        {
            var page = await consumer.GetAsync<ProductPage>($"/api/catalog/products/{product.Id}", ct);
            if (!page.Requestable || page.Plans.FirstOrDefault(plan => plan.Available) is not { } plan) continue;
            Remember(made, "/api/provisioning/requests", $"{(await consumer.RequestAccessAsync(app.Id, page.Id, plan.Id, owner.Mark, ct)).Id}");
            return;
        }
    }

    async Task<FuzzReport> CallAsync(TimeSpan time, CancellationToken ct)
    {
        var (calls, accepted) = (0, 0);
        var complaints = new List<string>();
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < time && complaints.Count < 50)
        {
            var (operation, caller) = (Any(operations), Any(callers));
            var address = Address(operation);
            var body = operation.TakesBody ? BodyFor(operation) : null;
            using var call = new HttpRequestMessage(operation.Method, address);
            if (body is not null) call.Content = Content(body);
            if (caller.Token is not null) call.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await caller.Token(ct));
            foreach (var (name, value) in Headers(operation)) call.Headers.TryAddWithoutValidation(name, value);
            try
            {
                using var answer = await http.SendAsync(call, ct);
                calls++;
                if (answer.StatusCode == HttpStatusCode.TooManyRequests) await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), ct);
                if (answer.IsSuccessStatusCode) accepted++;
                var text = await answer.Content.ReadAsStringAsync(ct);
                var complaint = (IsNobodyNowhere(caller, address, answer) ? null : await operation.ComplaintAsync(answer, ct)) ?? Leak(caller, text);
                if (complaint is not null) complaints.Add($"call {calls}: {operation} as {caller}, {(address.Length > 200 ? address[..200] : address)} {(body is { Length: > 200 } ? body[..200] : body)}: {complaint}");
            }
            catch (HttpRequestException cut) when (body is { Length: > 1_000_000 } && cut.InnerException is IOException)
            {
                // A body that is too large may be cut off before the answer is read.
            }
        }

        return new FuzzReport(seed, calls, accepted, complaints);
    }

    /// <summary>What is no id makes the address none of the operation's, and whoever is not signed in may know no others: denied by default.</summary>
    static bool IsNobodyNowhere(Caller caller, string address, HttpResponseMessage answer) =>
        caller.Token is null && answer.StatusCode == HttpStatusCode.Unauthorized && hostileIds.Any(id => address.Contains(id, StringComparison.Ordinal));

    string? Leak(Caller caller, string text) => caller.IsAdmin
        ? null
        : callers.Where(other => other.Mark.Length > 0 && other.Organisation != caller.Organisation && text.Contains(other.Mark, StringComparison.Ordinal))
            .Select(other => $"it shows a text of {other}").FirstOrDefault();

    string Address(Operation operation)
    {
        var path = PathParameter().Replace(operation.Path, _ => Odds(10) ? Any(hostileIds) : Odds(5) ? $"{Guid.CreateVersion7()}" : IdFor(operation));
        var query = operation.QueryParameters.Where(_ => Odds(3)).Select(name => $"{name}={(Odds(2) ? Uri.EscapeDataString(Any(shortTexts)) : name.EndsWith("Id", StringComparison.Ordinal) || name == "catalog" ? AnyId() : Any(["1", "20", "100", "weather", "admin", "pending", "true"]))}");
        return path + (string.Join('&', query) is { Length: > 0 } all ? "?" + all : "");
    }

    string IdFor(Operation operation)
    {
        var list = operation.Path[..operation.Path.IndexOf("/{", StringComparison.Ordinal)];
        var from = operation.Method == HttpMethod.Get ? known.GetValueOrDefault(list, []).Concat(made.GetValueOrDefault(list, [])).ToList() : made.GetValueOrDefault(list, []);
        return from.Count > 0 ? Any(from) : $"{Guid.NewGuid()}";
    }

    string AnyId() => known.Concat(made).SelectMany(list => list.Value).ToArray() is { Length: > 0 } ids ? Any(ids) : $"{Guid.NewGuid()}";

    string BodyFor(Operation operation)
    {
        if (Odds(2))
        {
            var bad = operation.BadBodies().ToArray();
            return Any(bad).Body;
        }

        var body = operation.Body();
        foreach (var (name, value) in body.ToArray())
        {
            if (value is JsonValue && name.EndsWith("Id", StringComparison.Ordinal) && Odds(2)) body[name] = AnyId();
            else if (value is JsonArray && name.EndsWith("Ids", StringComparison.Ordinal) && Odds(2)) body[name] = new JsonArray(AnyId(), AnyId());
            else if (value is JsonValue text && text.GetValueKind() == System.Text.Json.JsonValueKind.String && Odds(4)) body[name] = Any(texts);
        }
        return body.ToJsonString();
    }

    ByteArrayContent Content(string body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", Odds(10) ? Any(["text/plain", "application/xml", "application/json; charset=utf-7", "application/json; charset=utf-16", "multipart/form-data"]) : "application/json");
        return content;
    }

    IEnumerable<(string Name, string Value)> Headers(Operation operation)
    {
        // Things of the catalog were not made here: nothing may fit them.
        if (operation.TakesIfMatch && !Odds(4)) yield return ("If-Match", operation.Service is "catalog" or "identity" ? Any(["\"0\"", "x", "W/\"0\""]) : Any(["*", "\"1\"", "\"2\"", "W/\"1\"", "\"0\"", "x", "\"99999999999999999999\""]));
        if (operation.Method != HttpMethod.Post || Odds(3)) yield break;
        var key = usedKeys.Count > 0 && Odds(3) ? Any(usedKeys) : Odds(10) ? new string('k', 300) : $"{Guid.NewGuid()}";
        if (usedKeys.Count < 20) usedKeys.Add(key);
        yield return ("Idempotency-Key", key);
    }

    // What is no HTTP address at all (NUL in a path, more than 8 KiB) the server refuses before any code of ours, without a body.
    static readonly string[] hostileIds = ["no-id", "%01", "..%2f..%2fetc", new string('a', 3_000), "018f0000-0000-7000-8000-00000000000g", "%F0%9F%98%80", "'%20or%201=1--"];

    static readonly string[] texts =
    [
        "", " ", "a\0b", "\u202e\ufffe", "' or 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://x}", "../../etc/passwd", "😀 Ünïcödé 漢字", new string('x', 200), new string('x', 2_001),
        new string('x', 60_000), "-1", "0", "1e400", "99999999999999999999", "9999-12-31T23:59:59.9999999-14:00", "true", "null",
    ];

    static readonly string[] shortTexts = [.. texts.Where(text => text.Length < 2_000)];

    bool Odds(int of) => random.Next(of) == 0;

    T Any<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    static void Remember(Dictionary<string, List<string>> ids, string list, string id)
    {
        if (!ids.TryGetValue(list, out var all)) ids[list] = all = [];
        all.Add(id);
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex PathParameter();

    sealed record Minted(string Token)
    {
        public override string ToString() => nameof(Minted);
    }
}
