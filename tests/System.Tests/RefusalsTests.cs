using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DevPortal.Demo.Api;
using DevPortal.Demo.Fuzzing;
using DevPortal.Demo.Playing;
using Xunit;

namespace DevPortal.SystemTests;

/// <summary>Every operation that the OpenAPI documents name, with input that is not good.</summary>
[Collection(InFilledPortal.Name)]
public sealed partial class RefusalsTests(FilledPortal filled)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_input_gives_a_500_and_every_refusal_is_problem_details_with_a_code()
    {
        var operations = await Operation.AllAsync(filled.Portal.Http, Ct);
        Assert.True(operations.Count >= 30, $"Only {operations.Count} operations are described.");
        var subjects = await SubjectsAsync();
        var wrong = new List<string>();
        var calls = 0;

        foreach (var caller in (Actor[])[filled.Scene.Approver, filled.Scene.Consumer])
        {
            var who = await SignInAsync(caller);
            foreach (var operation in operations.Where(operation => IsAbout(operation, caller)))
            {
                var path = Fill(operation.Path, subjects);
                foreach (var (what, address) in BadAddresses(operation, path)) await TryAsync(operation, what, address, operation.TakesBody ? operation.Body().ToJsonString() : null);
                if (operation.Method != HttpMethod.Get) await TryHeadersAsync(operation, path);
                if (!operation.TakesBody) continue;
                // The fields that a body which fits is refused for too: of things that are not there.
                var anyway = (await SendAsync(operation, path, operation.Body().ToJsonString(), "application/json", who, await ETagAsync(who, path))).Fields;
                foreach (var (what, body, property) in operation.BadBodies())
                    await TryAsync(operation, what, path, body, ifMatch: await ETagAsync(who, path), about: property is null ? null : [property, .. anyway]);
                await TryAsync(operation, "no JSON by its type", path, "a=b", contentType: "application/x-www-form-urlencoded", ifMatch: await ETagAsync(who, path));
                await TryAsync(operation, "another encoding", path, operation.Body().ToJsonString(), contentType: "application/json; charset=utf-7", ifMatch: await ETagAsync(who, path));
            }

            async Task TryAsync(Operation operation, string what, string address, string? body, string contentType = "application/json", string? ifMatch = null, string? key = null, string[]? about = null)
            {
                calls++;
                var answer = await SendAsync(operation, address, body, contentType, who, ifMatch, key);
                if (answer.Complaint is { } complaint) wrong.Add($"{operation} as {caller.Me.Role}, {what}: {complaint}");
                if (about is null || answer.Status is not (HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity)) return;
                // Where the bad value is good enough, what the others name is not there.
                var isOfAnother = answer is { Code: { } code, Fields.Length: > 0 } && code.StartsWith("unknown-", StringComparison.Ordinal);
                if (!isOfAnother && !answer.Fields.Any(field => about.Any(name => IsOf(name, field))))
                    wrong.Add($"{operation} as {caller.Me.Role}, {what}: {(int)answer.Status} names {(answer.Fields.Length == 0 ? "no field" : string.Join(", ", answer.Fields))}");
            }

            async Task TryHeadersAsync(Operation operation, string path)
            {
                var body = operation.TakesBody ? "{}" : null;
                foreach (var ifMatch in new[] { "*", "\"\"", "x", "\"99999999999999999999\"", "W/\"1\"", new string('"', 300) })
                    await TryAsync(operation, $"If-Match {ifMatch}", path, body, ifMatch: ifMatch);
                foreach (var key in new[] { new string('k', 1_000), "a,b" }) await TryAsync(operation, $"Idempotency-Key {key}", path, body, key: key);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{calls} calls");
        None(wrong);
        await filled.UntilWellAsync(Ct);

        // Requests are everybody's matter, apps and keys their owner's, the rest an admin's.
        bool IsAbout(Operation operation, Actor caller) => operation.Service switch
        {
            "provisioning" => true,
            "credentials" => caller == filled.Scene.Consumer,
            _ => caller == filled.Scene.Approver,
        };
    }

    [Fact]
    public async Task Without_a_token_or_with_a_bad_one_every_operation_that_is_not_open_answers_401()
    {
        var wrong = new List<string>();
        foreach (var operation in await Operation.AllAsync(filled.Portal.Http, Ct))
        {
            var address = Fill(operation.Path, new Dictionary<string, Guid>());
            var body = operation.TakesBody ? operation.Body().ToJsonString() : null;
            // The catalog is read by everybody.
            if (!(operation.Service == "catalog" && operation.Method == HttpMethod.Get)) await ExpectAsync(null);
            await ExpectAsync("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiIxIn0.");
            await ExpectAsync("devportal_live_pat_made-up");

            async Task ExpectAsync(string? token)
            {
                var answer = await SendAsync(operation, address, body, "application/json", token is null ? null : () => Task.FromResult(token));
                if (answer.Status != HttpStatusCode.Unauthorized || answer.Complaint is not null) wrong.Add($"{operation} with {token ?? "no token"}: {answer.Status} {answer.Complaint}");
            }
        }

        None(wrong);
    }

    [Fact]
    public async Task What_is_an_admins_matter_is_refused_to_members()
    {
        var who = await SignInAsync(filled.Scene.Consumer);
        var wrong = new List<string>();
        foreach (var operation in (await Operation.AllAsync(filled.Portal.Http, Ct)).Where(IsForAdmins))
        {
            var answer = await SendAsync(operation, Fill(operation.Path, new Dictionary<string, Guid>()), operation.TakesBody ? operation.Body().ToJsonString() : null, "application/json", who, "\"1\"");
            if (answer.Status != HttpStatusCode.Forbidden || answer.Complaint is not null) wrong.Add($"{operation}: {answer.Status} {answer.Complaint}");
        }

        None(wrong);

        static bool IsForAdmins(Operation operation) =>
            operation.Path.StartsWith("/api/sync/", StringComparison.Ordinal)
            || (operation.Service == "catalog" && operation.Method != HttpMethod.Get)
            || Regex.IsMatch(operation.Path, "^/api/identity/(users|teams|organizations)")
            || Regex.IsMatch(operation.Path, "/requests/.*/(approve|reject|retry|revoke)$");
    }

    [Fact]
    public async Task A_foreign_app_request_or_credential_is_not_there()
    {
        var request = await filled.Scene.GrantAsync("Not yours", Ct);
        var stranger = await SignInAsync(filled.Scene.Cast.Consumers.First(other => other.Me.Id != filled.Scene.Consumer.Me.Id));
        var subjects = new Dictionary<string, Guid>
        {
            ["/api/provisioning/requests/{id}"] = request.Id,
            ["/api/credentials/apps/{id}"] = request.AppId,
            ["/api/credentials/{id}"] = request.Credential!.Id,
        };
        var wrong = new List<string>();
        var tried = 0;
        foreach (var operation in await Operation.AllAsync(filled.Portal.Http, Ct))
        {
            if (!subjects.Keys.Any(prefix => operation.Path.StartsWith(prefix, StringComparison.Ordinal))) continue;
            tried++;
            var answer = await SendAsync(operation, Fill(operation.Path, subjects), operation.TakesBody ? operation.Body().ToJsonString() : null, "application/json", stranger, "\"1\"");
            var isAdmins = Regex.IsMatch(operation.Path, "/(approve|reject|retry)$|/requests/\\{id\\}/revoke$");
            if (answer.Status != (isAdmins ? HttpStatusCode.Forbidden : HttpStatusCode.NotFound) || answer.Complaint is not null) wrong.Add($"{operation}: {answer.Status} {answer.Complaint}");
        }

        Assert.True(tried >= 12, $"Only {tried} operations were found.");
        None(wrong);
        await filled.OneKeyEachAsync([request], Ct);
    }

    // An item or a member of the property names it too.
    static bool IsOf(string property, string field) => field == property || field.StartsWith(property + "[", StringComparison.Ordinal) || field.StartsWith(property + ".", StringComparison.Ordinal);

    static void None(List<string> wrong) => Assert.True(wrong.Count == 0, $"{wrong.Count} are wrong:\n{string.Join('\n', wrong.Take(50))}");

    /// <summary>Things that may be broken.</summary>
    async Task<Dictionary<string, Guid>> SubjectsAsync()
    {
        var (scene, admin) = (filled.Scene, filled.Scene.Approver.Portal);
        var home = filled.Scene.Approver.Me;
        var invited = await admin.PostAsync<Invitation>("/api/identity/users", new { name = "To be broken", email = $"{Guid.NewGuid():N}@broken.example", role = "member", organizationId = home.Organization.Id, teamIds = new[] { home.Teams[0].Id } }, Ct);
        var granted = await scene.GrantAsync("To be broken", Ct);
        var pending = await scene.AskAsync("To be broken, too", Ct);
        var catalog = await admin.PostAsync<Catalog>("/api/catalog/catalogs", new { name = "To be broken", slug = $"broken-{Guid.NewGuid():N}"[..20], visibility = "private", productIds = Array.Empty<Guid>(), planIds = Array.Empty<Guid>() }, Ct);
        var product = (await admin.ListAsync<Product>("/api/catalog/products?view=admin", Ct)).First(product => product.Admin!.PolicyId == "payments-suite");
        var plan = (await admin.ListAsync<Plan>("/api/catalog/plans?view=admin", Ct)).First(plan => plan.Admin!.PolicyId == "plan-partner");
        var run = (await admin.GetAsync<Page<SyncRun>>("/api/sync/runs", Ct)).Items[0];
        return new()
        {
            ["/api/identity/users/{id}"] = invited.User.Id,
            ["/api/identity/teams/{id}"] = home.Teams[0].Id,
            ["/api/provisioning/requests/{id}"] = pending.Id,
            ["/api/credentials/apps/{id}"] = granted.AppId,
            ["/api/credentials/{id}"] = granted.Credential!.Id,
            ["/api/catalog/catalogs/{id}"] = catalog.Id,
            ["/api/catalog/products/{id}"] = product.Id,
            ["/api/catalog/plans/{id}"] = plan.Id,
            ["/api/sync/runs/{id}"] = run.Id,
        };
    }

    static IEnumerable<(string What, string Address)> BadAddresses(Operation operation, string path)
    {
        if (operation.Path.Contains('{', StringComparison.Ordinal))
        {
            yield return ("an unknown id", Parameter().Replace(operation.Path, $"{Guid.NewGuid()}"));
            yield return ("an unknown id of this moment", Parameter().Replace(operation.Path, $"{Guid.CreateVersion7().ToString()[..^4]}beef"));
            yield return ("an id of no time at all", Parameter().Replace(operation.Path, "ffffffff-ffff-7fff-bfff-ffffffffffff"));
            yield return ("no id", Parameter().Replace(operation.Path, "no-id"));
            yield return ("a long id", Parameter().Replace(operation.Path, new string('a', 3_000)));
        }
        foreach (var parameter in operation.QueryParameters)
        {
            foreach (var value in new[]
            {
                "", "-1", "0", "99999999999999999999", "1.5", "%00", "a%00b", "%ff%fe", "%F0%9F%98%80", new string('x', 3_000), "true&" + parameter + "=false", $"{Guid.NewGuid()}",
                Base64("\0\n\0"), Base64("a"), Base64("a\nb"), Base64("a\nb\nc"), Base64($"{Guid.NewGuid()}"), Base64($"9999-12-31T23:59:59.9999999-14:00\n{Guid.NewGuid()}"), Base64($"0001-01-01T00:00:00+14:00\n{Guid.NewGuid()}"), Base64($"\ud83d\n{Guid.NewGuid()}"),
            })
                yield return ($"{parameter}={(value.Length > 60 ? value[..60] + "…" : value)}", $"{path}?{parameter}={value}");
        }

        static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    static string Fill(string template, Dictionary<string, Guid> subjects)
    {
        var subject = subjects.Where(known => template.StartsWith(known.Key, StringComparison.Ordinal)).OrderByDescending(known => known.Key.Length).FirstOrDefault();
        var filled = subject.Key is null ? template : $"{subject.Key.Replace("{id}", $"{subject.Value}", StringComparison.Ordinal)}{template[subject.Key.Length..]}";
        return Parameter().Replace(filled, _ => $"{Guid.NewGuid()}");
    }

    /// <summary>Of the thing that the address is about, so that the refusal is not only that it was not named.</summary>
    async Task<string?> ETagAsync(Func<Task<string>> who, string path)
    {
        var parts = path.Split('/');
        var id = Array.FindLastIndex(parts, part => Guid.TryParse(part, out _));
        if (id < 0) return null;
        using var answer = await CallAsync(HttpMethod.Get, string.Join('/', parts[..(id + 1)]), null, "", who, null, null);
        return answer.Headers.ETag?.ToString() ?? "\"1\"";
    }

    async Task<Answer> SendAsync(Operation operation, string address, string? body, string contentType, Func<Task<string>>? who, string? ifMatch = null, string? key = null)
    {
        try
        {
            using var answer = await CallAsync(operation.Method, address, body, contentType, who, ifMatch, key);
            return new(answer.StatusCode, await operation.ComplaintAsync(answer, Ct), await CodeAsync(answer), await FieldsAsync(answer));
        }
        catch (HttpRequestException cut) when (body is { Length: > 1_000_000 })
        {
            // A body that is too large may be cut off before the answer is read.
            return new(HttpStatusCode.RequestEntityTooLarge, cut.InnerException is IOException ? null : cut.Message, null, []);
        }
    }

    async Task<HttpResponseMessage> CallAsync(HttpMethod method, string address, string? body, string contentType, Func<Task<string>>? who, string? ifMatch, string? key)
    {
        while (true)
        {
            using var call = new HttpRequestMessage(method, address);
            if (body is not null)
            {
                call.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
                call.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            }
            if (who is not null) call.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await who());
            if (ifMatch is not null) call.Headers.TryAddWithoutValidation("If-Match", ifMatch);
            if (key is not null) call.Headers.TryAddWithoutValidation("Idempotency-Key", key);
            var answer = await filled.Portal.Http.SendAsync(call, Ct);
            if (answer.StatusCode != HttpStatusCode.TooManyRequests) return answer;
            var wait = answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1);
            answer.Dispose();
            await Task.Delay(wait, Ct);
        }
    }

    static async Task<string?> CodeAsync(HttpResponseMessage answer) => (await ProblemAsync(answer))?["code"]?.GetValue<string>();

    static async Task<string[]> FieldsAsync(HttpResponseMessage answer) =>
        (await ProblemAsync(answer))?["errors"] is JsonObject errors ? [.. errors.Select(error => error.Key)] : [];

    static async Task<JsonNode?> ProblemAsync(HttpResponseMessage answer) =>
        answer.Content.Headers.ContentType?.MediaType == "application/problem+json" ? JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct)) : null;

    async Task<Func<Task<string>>> SignInAsync(Actor actor)
    {
        var account = (await Demo.Filling.AccountsFile.ReadAsync(filled.Portal.Run.State.Accounts, Ct))!.Single(account => account.Email == actor.Me.Email);
        var signedIn = new SignedIn(filled.Portal.Http, account.Email, account.Password, TimeProvider.System);
        return () => signedIn.TokenAsync(Ct);
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    sealed record Answer(HttpStatusCode Status, string? Complaint, string? Code, string[] Fields);
}
