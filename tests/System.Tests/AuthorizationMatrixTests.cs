using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using DevPortal.Demo.Api;
using DevPortal.Demo.Fuzzing;
using DevPortal.Demo.Playing;
using Xunit;

namespace DevPortal.SystemTests;

/// <summary>Every operation as everybody, on his own and on foreign things. A right that is there is seen by the refusal that comes after it (no
/// If-Match is 428, a name that does not exist 422), so that nothing has to be changed to try.</summary>
[Collection(InFilledPortal.Name)]
public sealed partial class AuthorizationMatrixTests(FilledPortal filled)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <param name="Owner">The consumer whose thing it is.</param>
    /// <param name="Stranger">A consumer of another organisation.</param>
    /// <param name="Nobody">Without a token, where that is not 401.</param>
    sealed record Row(int Owner, int Stranger, int Admin, int Nobody = 401);

    static Row Everybody(int status) => new(status, status, status);

    static Row Open(int status) => new(status, status, status, status);

    /// <summary>Things of catalogs that the stranger does not see.</summary>
    static readonly Row Shelf = new(200, 404, 200, 404);

    /// <summary>The owner's things, which admins see too.</summary>
    static readonly Row Own = new(200, 404, 200), OwnChanged = new(428, 404, 428);

    static Row Admins(int status) => new(403, 403, status);

    static readonly Dictionary<string, Row> Matrix = new()
    {
        ["Me"] = Everybody(200),
        ["ListNames"] = Everybody(200),
        ["ListPersonalAccessTokens"] = Everybody(200),
        ["CreatePersonalAccessToken"] = Everybody(422),
        ["EndPersonalAccessToken"] = new(204, 404, 404),
        ["CreateOrganization"] = Admins(201),
        ["ListOrganizations"] = Admins(200),
        ["CreateTeam"] = Admins(422),
        ["ListTeams"] = Admins(200),
        ["CreateUser"] = Admins(422),
        ["ListUsers"] = Admins(200),
        ["GetUser"] = Admins(200),
        ["MoveUser"] = Admins(428),
        ["ChangeRole"] = Admins(428),
        ["DeactivateUser"] = Admins(428),
        ["ReactivateUser"] = Admins(428),
        ["MakeLink"] = Admins(200),
        ["ListProducts"] = Open(200),
        ["GetProduct"] = Shelf,
        ["GetOpenApi"] = Shelf,
        ["ListPlans"] = Open(200),
        ["GetPlan"] = Shelf,
        ["ListCatalogs"] = Open(200),
        ["GetCatalog"] = Shelf,
        ["DescribeProduct"] = Admins(428),
        ["DescribePlan"] = Admins(428),
        ["CreateCatalog"] = Admins(422),
        ["ArrangeCatalog"] = Admins(428),
        ["ChooseAudience"] = Admins(428),
        ["ListApis"] = Admins(200),
        ["SubmitRequest"] = Everybody(422),
        ["ListRequests"] = Everybody(200),
        ["GetRequest"] = Own,
        ["GetRequestHistory"] = Own,
        ["WithdrawRequest"] = OwnChanged,
        ["ApproveRequest"] = Admins(428),
        ["RejectRequest"] = Admins(428),
        ["RetryRequest"] = Admins(428),
        ["RevokeRequest"] = Admins(428),
        ["CreateApp"] = Everybody(201),
        ["ListApps"] = Everybody(200),
        ["GetApp"] = Own,
        ["ChangeApp"] = OwnChanged,
        ["DeleteApp"] = OwnChanged,
        ["ListCredentials"] = Own,
        // Without a hint, which comes after the right to look.
        ["FindCredentials"] = Admins(400),
        ["ListGateways"] = Admins(200),
        ["GetCredential"] = Own,
        ["RevealCredential"] = new(409, 404, 403),
        ["RotateCredential"] = new(428, 404, 403),
        ["RevokeCredential"] = OwnChanged,
        ["ListSources"] = Admins(200),
        ["StartRun"] = Admins(422),
        ["ListRuns"] = Admins(200),
        ["GetRun"] = Admins(200),
        ["ApplyRun"] = Admins(428),
    };

    [Fact]
    public async Task Every_operation_answers_every_caller_as_the_matrix_says()
    {
        var operations = await Operation.AllAsync(filled.Portal.Http, Ct);
        Assert.Equal(operations.Select(operation => operation.Id).Order(), Matrix.Keys.Order());

        var callers = await CallersAsync();
        var things = await ThingsAsync();
        var wrong = new List<string>();
        // The deletion of the owner's token comes last of those on tokens, and everybody else's try before his.
        foreach (var operation in operations)
        {
            var row = Matrix[operation.Id];
            foreach (var (who, token) in callers.Where(caller => caller.Who != "owner").Concat(callers.Where(caller => caller.Who == "owner")))
            {
                var expected = who switch
                {
                    "nobody" => row.Nobody,
                    "deactivated" => 401,
                    "stranger" => row.Stranger,
                    "admin" => row.Admin,
                    // What a token may not do at all comes before whose thing it is. (No token makes a token.)
                    "owner, to read only" => operation.Method == HttpMethod.Get ? row.Owner : 403,
                    // Without his role an admin is a consumer of another organisation.
                    "admin, not to administer" => operation.IsForAdmins || operation.Id == "CreatePersonalAccessToken" ? 403 : row.Stranger,
                    _ => row.Owner,
                };
                using var answer = await CallAsync(operation, Fill(operation.Path, things), token);
                if ((int)answer.StatusCode != expected || await operation.ComplaintAsync(answer, Ct) is not null)
                    wrong.Add($"{operation.Id} as {who}: {(int)answer.StatusCode} instead of {expected} {await operation.ComplaintAsync(answer, Ct)}");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} are wrong:\n{string.Join('\n', wrong)}");
    }

    async Task<(string Who, string? Token)[]> CallersAsync()
    {
        var scene = filled.Scene;
        var stranger = scene.Cast.Consumers.First(other => other.Me.Organization.Id != scene.Consumer.Me.Organization.Id);
        var leaver = await Newcomer.InviteAsync(filled.Portal.Http, scene.Approver.Portal, "member", stranger.Me.Organization.Id, stranger.Me.Teams[0].Id, Ct);
        var leaversToken = await new SignedIn(filled.Portal.Http, leaver.Email, leaver.Password, TimeProvider.System).TokenAsync(Ct);
        await DeactivateAsync(leaver.Actor.Me.Id, leaversToken);
        return
        [
            ("nobody", null),
            ("deactivated", leaversToken),
            ("stranger", await filled.TokenOfAsync(stranger, Ct)),
            ("admin", await filled.TokenOfAsync(scene.Approver, Ct)),
            ("owner, to read only", (await MintAsync(scene.Consumer, "read")).Token),
            ("admin, not to administer", (await MintAsync(scene.Approver, "read", "write")).Token),
            ("owner", await filled.TokenOfAsync(scene.Consumer, Ct)),
        ];
    }

    /// <summary>Until every service has heard of it.</summary>
    async Task DeactivateAsync(Guid id, string token)
    {
        var admin = filled.Scene.Approver.Portal;
        var seen = await admin.GetTaggedAsync<User>($"/api/identity/users/{id}", Ct);
        using var call = new HttpRequestMessage(HttpMethod.Post, $"/api/identity/users/{id}/deactivate");
        call.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await filled.TokenOfAsync(filled.Scene.Approver, Ct));
        call.Headers.TryAddWithoutValidation("If-Match", seen.ETag);
        (await filled.Portal.Http.SendAsync(call, Ct)).EnsureSuccessStatusCode().Dispose();
        foreach (var address in new[] { "/api/identity/me", "/api/catalog/products", "/api/provisioning/requests", "/api/credentials/apps", "/api/sync/runs" })
        {
            await Eventually.UntilAsync(
                async () =>
                {
                    using var look = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
                    using var answer = await filled.Portal.Http.SendAsync(look, Ct);
                    return answer.StatusCode;
                },
                status => status == HttpStatusCode.Unauthorized, Asking.Patience, $"{address} refuses who is deactivated", Ct);
        }
    }

    static async Task<Minted> MintAsync(Actor owner, params string[] scopes) =>
        await owner.Portal.PostAsync<Minted>("/api/identity/tokens", new { name = "Matrix", scopes, expiresAt = DateTimeOffset.UtcNow.AddHours(1) }, Ct);

    /// <summary>Things of the owner, and of catalogs that only his organisation sees.</summary>
    async Task<Dictionary<string, Guid>> ThingsAsync()
    {
        var (scene, admin) = (filled.Scene, filled.Scene.Approver.Portal);
        var granted = await scene.GrantAsync("Matrix", Ct);
        await scene.Consumer.Portal.RevealAsync(granted.Credential!.Id, Ct);
        var pending = await scene.AskAsync("Matrix, too", Ct);
        var catalog = (await admin.ListAsync<Catalog>("/api/catalog/catalogs", Ct)).Single(catalog => catalog.Slug == "logistics");
        var product = (await admin.ListAsync<Product>("/api/catalog/products?view=admin", Ct)).Single(product => product.Admin!.PolicyId == "maps-and-places");
        var plan = (await admin.ListAsync<Plan>("/api/catalog/plans?view=admin", Ct)).Single(plan => plan.Admin!.PolicyId == "plan-partner");
        var api = (await scene.Consumer.Portal.GetAsync<ProductPage>($"/api/catalog/products/{product.Id}", Ct)).Apis.First(api => api.HasOpenApi);
        var home = scene.Consumer.Me;
        var invited = await admin.PostAsync<Invitation>("/api/identity/users", new { name = "Matrix", email = $"{Guid.NewGuid():N}@matrix.example", role = "member", organizationId = home.Organization.Id, teamIds = new[] { home.Teams[0].Id } }, Ct);
        return new()
        {
            ["/api/identity/tokens/{id}"] = (await MintAsync(scene.Consumer, "read")).Id,
            ["/api/identity/users/{id}"] = invited.User.Id,
            ["/api/provisioning/requests/{id}"] = pending.Id,
            ["/api/credentials/apps/{id}"] = granted.AppId,
            ["/api/credentials/{id}"] = granted.Credential.Id,
            ["/api/catalog/catalogs/{id}"] = catalog.Id,
            ["/api/catalog/products/{id}"] = product.Id,
            ["/api/catalog/products/{id}/apis/{api}"] = api.Id,
            ["/api/catalog/plans/{id}"] = plan.Id,
            ["/api/sync/runs/{id}"] = (await admin.GetAsync<Page<SyncRun>>("/api/sync/runs", Ct)).Items[0].Id,
        };
    }

    static string Fill(string template, Dictionary<string, Guid> things)
    {
        foreach (var (pattern, id) in things.OrderByDescending(thing => thing.Key.Length))
        {
            if (!template.StartsWith(pattern, StringComparison.Ordinal)) continue;
            var start = pattern[..pattern.LastIndexOf('{')];
            return Fill(start, things) + id + template[pattern.Length..];
        }

        var rest = Parameter().Match(template);
        return rest.Success ? throw new InvalidOperationException($"There is no thing for {template}: add one.") : template;
    }

    async Task<HttpResponseMessage> CallAsync(Operation operation, string address, string? token)
    {
        while (true)
        {
            using var call = new HttpRequestMessage(operation.Method, address);
            if (operation.TakesBody) call.Content = new StringContent(operation.Body().ToJsonString(), Encoding.UTF8, "application/json");
            if (token is not null) call.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var answer = await filled.Portal.Http.SendAsync(call, Ct);
            if (answer.StatusCode != HttpStatusCode.TooManyRequests) return answer;
            await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), Ct);
            answer.Dispose();
        }
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    sealed record Minted(Guid Id, string Token)
    {
        public override string ToString() => $"{Id}";
    }
}
