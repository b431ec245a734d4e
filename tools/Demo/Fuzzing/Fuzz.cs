using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DevPortal.Demo.Api;
using DevPortal.Demo.Filling;
using DevPortal.Demo.Playing;

namespace DevPortal.Demo.Fuzzing;

/// <param name="Changes">How often each operation that is no GET was accepted.</param>
/// <param name="Complaints">Answers that are not as described, 5xx, and texts of one organisation in an answer to another.</param>
public sealed record FuzzReport(int Seed, int Calls, int Accepted, IReadOnlyDictionary<string, int> Changes, IReadOnlyList<string> Complaints);

/// <summary>Sends valid, nearly valid and hostile input to every operation as everybody, and holds each answer against the documents. What it changes are
/// <see cref="Things"/> that it made, or puts back.</summary>
public sealed partial class Fuzz : IDisposable
{
    /// <summary>A marked text: whoever of another organisation reads it has seen too much.</summary>
    sealed record Caller(string Name, bool IsAdmin, Guid? Organisation, string Mark, Func<CancellationToken, Task<string>>? Token)
    {
        /// <summary>Not signed in, or no more.</summary>
        public bool IsOut { get; init; }

        public override string ToString() => Name;
    }

    readonly HttpClient http;
    readonly Random random;
    readonly int seed;
    readonly List<Caller> callers = [];
    readonly List<string> usedKeys = [];
    readonly SortedDictionary<string, int> changed = new(StringComparer.Ordinal);

    IReadOnlyList<Operation> operations = [];
    Things things = new([]);
    PortalClient? admin;

    Fuzz(Uri address, int seed) => (http, this.seed, random) = (PortalClient.Connect(address), seed, new Random(seed));

    public void Dispose() => http.Dispose();

    /// <param name="seed">The same one makes the same calls, as far as the portal answers the same.</param>
    /// <param name="most">It ends after so many calls, or when the time is over.</param>
    public static async Task<FuzzReport> RunAsync(Uri address, IReadOnlyList<Account> accounts, TimeSpan time, int seed, CancellationToken ct, int most = int.MaxValue)
    {
        using var fuzz = new Fuzz(address, seed);
        await fuzz.PrepareAsync(accounts, ct);
        try
        {
            return await fuzz.CallAsync(time, most, ct);
        }
        finally
        {
            if (fuzz.admin is { } admin) await fuzz.things.PutBackAsync(admin, CancellationToken.None);
        }
    }

    async Task PrepareAsync(IReadOnlyList<Account> accounts, CancellationToken ct)
    {
        operations = await Operation.AllAsync(http, ct);
        things = new(operations);
        callers.Add(new("nobody", false, null, "", null) { IsOut = true });
        var (admins, consumers) = (new List<PortalClient>(), new List<(PortalClient Portal, Caller Caller)>());
        foreach (var account in accounts)
        {
            var signedIn = new SignedIn(http, account.Email, account.Password, TimeProvider.System);
            var portal = new PortalClient(http, signedIn);
            var me = await portal.GetAsync<Me>("/api/identity/me", ct);
            var caller = new Caller(account.Email, me.Role == "admin", me.Organization.Id, $"mark{Guid.NewGuid():N}", signedIn.TokenAsync);
            callers.Add(caller);
            if (caller.IsAdmin)
            {
                if (admin is null) await things.LearnAsync(portal, ct);
                admin = portal;
                admins.Add(portal);
                await things.MakeAsAdminAsync(portal, caller.Mark, ct);
            }
            else
            {
                await things.MakeAsync(portal, caller.Name, caller.Mark, ct);
                consumers.Add((portal, caller));
            }

            var reader = await portal.PostAsync<Minted>("/api/identity/tokens", new { name = caller.Mark, scopes = new[] { "read" }, expiresAt = DateTimeOffset.UtcNow.AddDays(1) }, ct);
            callers.Add(caller with { Name = account.Email + " to read", IsAdmin = false, Token = _ => Task.FromResult(reader.Token) });
        }

        callers.Add(await DeactivatedAsync(admins[^1], callers.Last(caller => caller.IsAdmin), ct));
        foreach (var (portal, caller) in consumers) await things.GrantAsync(portal, admins, caller.Name, caller.Mark, ct);
    }

    /// <summary>Somebody whose token is from before he was deactivated.</summary>
    async Task<Caller> DeactivatedAsync(PortalClient inviting, Caller admin, CancellationToken ct)
    {
        var me = await inviting.GetAsync<Me>("/api/identity/me", ct);
        var gone = await Newcomer.InviteAsync(http, inviting, "member", me.Organization.Id, me.Teams[0].Id, ct);
        var token = await new SignedIn(http, gone.Email, gone.Password, TimeProvider.System).TokenAsync(ct);
        using var call = new HttpRequestMessage(HttpMethod.Post, $"/api/identity/users/{gone.Actor.Me.Id}/deactivate") { Headers = { Authorization = new("Bearer", await admin.Token!(ct)) } };
        call.Headers.TryAddWithoutValidation("If-Match", "*");
        using var done = await http.SendAsync(call, ct);
        done.EnsureSuccessStatusCode();
        return new("deactivated", false, null, "", _ => Task.FromResult(token)) { IsOut = true };
    }

    async Task<FuzzReport> CallAsync(TimeSpan time, int most, CancellationToken ct)
    {
        var (calls, accepted) = (0, 0);
        var changes = operations.Where(operation => operation.Method != HttpMethod.Get && operation.Path.Contains('{', StringComparison.Ordinal)).ToList();
        // What access is made of comes more often.
        changes.AddRange(operations.Where(operation => operation.Id is "SubmitRequest" or "ApproveRequest" or "RevealCredential" or "RotateCredential").SelectMany(operation => Enumerable.Repeat(operation, 10)));
        var complaints = new List<string>();
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < time && calls < most && complaints.Count < 50)
        {
            // Half of the calls are about changes of what is there.
            var operation = Odds(2) ? Any(operations) : Any(changes);
            var address = Address(operation);
            var caller = CallerFor(operation, address);
            var body = operation.TakesBody ? BodyFor(operation, caller) : null;
            using var call = new HttpRequestMessage(operation.Method, address);
            if (body is not null) call.Content = Content(body);
            if (caller.Token is not null) call.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await caller.Token(ct));
            foreach (var (name, value) in await HeadersAsync(operation, address, caller, ct)) call.Headers.TryAddWithoutValidation(name, value);
            try
            {
                using var answer = await http.SendAsync(call, ct);
                calls++;
                if (answer.StatusCode == HttpStatusCode.TooManyRequests) await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), ct);
                if (answer.IsSuccessStatusCode) accepted++;
                var text = await answer.Content.ReadAsStringAsync(ct);
                if (answer.IsSuccessStatusCode) Count(operation);
                Learn(operation, caller, answer, text);
                var complaint = (IsNobodyNowhere(caller, address, answer) ? null : await operation.ComplaintAsync(answer, ct)) ?? Leak(caller, text);
                if (complaint is not null) complaints.Add($"call {calls}: {operation} as {caller}, {(address.Length > 200 ? address[..200] : address)} {(body is { Length: > 200 } ? body[..200] : body)}: {complaint}");
            }
            catch (HttpRequestException cut) when (body is { Length: > 1_000_000 } && cut.InnerException is IOException)
            {
                // A body that is too large may be cut off before the answer is read.
            }
        }

        return new FuzzReport(seed, calls, accepted, changed, complaints);
    }

    void Count(Operation operation)
    {
        if (operation.Method != HttpMethod.Get) changed[$"{operation}"] = changed.GetValueOrDefault($"{operation}") + 1;
    }

    /// <summary>What was just made may be changed from now on.</summary>
    void Learn(Operation operation, Caller caller, HttpResponseMessage answer, string text)
    {
        if (answer.StatusCode is not (HttpStatusCode.Created or HttpStatusCode.OK) || text.Length == 0 || JsonNode.Parse(text) is not JsonObject said) return;
        if (answer.StatusCode == HttpStatusCode.Created && (said["id"] ?? said["user"]?["id"]) is { } id) things.Made(operation.Path, id.GetValue<string>(), caller.Name);
        if (operation.Path == "/api/provisioning/requests/{id}" && things.Changeable("/api/provisioning/requests").Contains($"{said["id"]}")
            && said["credential"]?["id"]?.GetValue<string>() is { } credential && !things.Changeable("/api/credentials").Contains(credential)) things.Made("/api/credentials", credential, things.MakerOf($"{said["id"]}"));
    }

    /// <summary>What is no id makes the address none of the operation's, and whoever is not signed in may know no others: denied by default.</summary>
    static bool IsNobodyNowhere(Caller caller, string address, HttpResponseMessage answer) =>
        caller.IsOut && answer.StatusCode == HttpStatusCode.Unauthorized && hostileIds.Any(id => address.Contains(id, StringComparison.Ordinal));

    string? Leak(Caller caller, string text) => caller.IsAdmin
        ? null
        : callers.Where(other => other.Mark.Length > 0 && other.Organisation != caller.Organisation && text.Contains(other.Mark, StringComparison.Ordinal))
            .Select(other => $"it shows a text of {other}").FirstOrDefault();

    /// <summary>Of what few may do, half is done by them.</summary>
    Caller CallerFor(Operation operation, string address)
    {
        if (Odds(2)) return Any(callers);
        if (operation.IsForAdmins) return Any(callers.Where(caller => caller.IsAdmin).ToList());
        if (operation.Id == "SubmitRequest") return Any(callers.Where(caller => things.OfferTo(caller.Name) is not null).ToList());
        var maker = Id().Match(address) is { Success: true } id ? things.MakerOf(id.Value) : null;
        return callers.FirstOrDefault(caller => caller.Name == maker) ?? Any(callers);
    }

    string Address(Operation operation)
    {
        var path = PathParameter().Replace(operation.Path, _ => Odds(10) ? Any(hostileIds) : Odds(5) ? $"{Guid.CreateVersion7()}" : IdFor(operation));
        var query = operation.QueryParameters.Where(_ => Odds(3)).Select(name => $"{name}={(Odds(2) ? Uri.EscapeDataString(Any(shortTexts)) : name.EndsWith("Id", StringComparison.Ordinal) || name == "catalog" ? AnyId() : Any(["1", "20", "100", "weather", "admin", "pending", "true"]))}");
        return path + (string.Join('&', query) is { Length: > 0 } all ? "?" + all : "");
    }

    string IdFor(Operation operation)
    {
        var list = operation.Path[..operation.Path.IndexOf("/{", StringComparison.Ordinal)];
        var from = operation.Method == HttpMethod.Get ? things.Readable(list) : things.Changeable(list);
        return from.Count > 0 ? Any(from) : $"{Guid.NewGuid()}";
    }

    string AnyId() => things.All is { Count: > 0 } ids ? Any(ids) : $"{Guid.NewGuid()}";

    /// <summary>One that fits: of the thing that the field names, often the first, as team and organisation do that belong together. Into catalogs only what is borrowed, so
    /// that nothing of others is shown.</summary>
    string IdFor(Operation operation, string field) =>
        (things.ListOf(field) is not { } list ? things.All : operation.Service is "catalog" or "identity" ? things.Changeable(list) : things.Readable(list)) is { Count: > 0 } fitting
            ? Odds(2) ? fitting[0] : Any(fitting)
            : AnyId();

    string BodyFor(Operation operation, Caller caller)
    {
        if (Odds(2))
        {
            var bad = operation.BadBodies().ToArray();
            return Any(bad).Body;
        }

        var body = operation.Body();
        var fits = Odds(2);
        if (fits && operation.Id == "SubmitRequest" && things.OfferTo(caller.Name) is var (app, product, plan))
            return new JsonObject { ["appId"] = app, ["productIds"] = new JsonArray(product), ["planId"] = plan, ["reason"] = $"text {caller.Mark}" }.ToJsonString();
        foreach (var (name, value) in body.ToArray())
        {
            if (!fits && value?.GetValueKind() == System.Text.Json.JsonValueKind.String && Odds(3)) body[name] = name.EndsWith("Id", StringComparison.Ordinal) ? AnyId() : Any(texts);
            else if (!fits && value is JsonArray && Odds(3)) body[name] = new JsonArray(AnyId(), AnyId());
            else if (operation.Properties[name]["enum"] is JsonArray words) body[name] = Any([.. words])?.DeepClone();
            else if (name.EndsWith("Id", StringComparison.Ordinal)) body[name] = IdFor(operation, name);
            else if (name.EndsWith("Ids", StringComparison.Ordinal)) body[name] = new JsonArray(IdFor(operation, name));
            else if (name == "email") body[name] = $"{Guid.NewGuid():N}@fuzz.example";
            else if (name == "scopes") body[name] = new JsonArray("read");
            else if (name == "source") body[name] = "tyk";
        }
        return body.ToJsonString();
    }

    ByteArrayContent Content(string body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", Odds(10) ? Any(["text/plain", "application/xml", "application/json; charset=utf-7", "application/json; charset=utf-16", "multipart/form-data"]) : "application/json");
        return content;
    }

    async Task<IEnumerable<(string Name, string Value)>> HeadersAsync(Operation operation, string address, Caller caller, CancellationToken ct)
    {
        var headers = new List<(string, string)>();
        if (operation.TakesIfMatch && !Odds(6)) headers.Add(("If-Match", Odds(2) && await TagAsync(address, caller, ct) is { } now ? now : Any(["*", "\"1\"", "\"2\"", "W/\"1\"", "\"0\"", "x", "\"99999999999999999999\""])));
        if (operation.Method != HttpMethod.Post || Odds(3)) return headers;
        var key = usedKeys.Count > 0 && Odds(3) ? Any(usedKeys) : Odds(10) ? new string('k', 300) : $"{Guid.NewGuid()}";
        if (usedKeys.Count < 20) usedKeys.Add(key);
        headers.Add(("Idempotency-Key", key));
        return headers;
    }

    /// <summary>The ETag that the caller reads of what he is about to change.</summary>
    async Task<string?> TagAsync(string address, Caller caller, CancellationToken ct)
    {
        if (Thing().Match(address) is not { Success: true } thing) return null;
        using var look = new HttpRequestMessage(HttpMethod.Get, thing.Value);
        if (caller.Token is not null) look.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await caller.Token(ct));
        using var seen = await http.SendAsync(look, ct);
        return seen.Headers.ETag?.ToString();
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

    [GeneratedRegex("[0-9a-f-]{36}")]
    private static partial Regex Id();

    [GeneratedRegex("^/api/.*?/[0-9a-f-]{36}")]
    private static partial Regex Thing();

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex PathParameter();

    sealed record Minted(string Token)
    {
        public override string ToString() => nameof(Minted);
    }
}
