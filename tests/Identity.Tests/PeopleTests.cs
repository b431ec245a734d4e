using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;
using Xunit;

namespace DevPortal.Identity.Tests;

[Collection(nameof(SharedApp))]
public sealed class PeopleTests(SharedApp shared)
{
    readonly IdentityApp app = shared.App;
    readonly HttpClient admin = shared.Admin;

    [Fact]
    public async Task An_invited_person_sets_a_password_by_the_link_signs_in_and_sees_himself()
    {
        var somebody = await app.NewUserAsync(admin);
        using var client = await app.SignInAsync(somebody.Email, Somebody.FirstPassword);
        var me = await (await client.GetAsync("/api/identity/me")).JsonAsync();
        Assert.Equal(somebody.Id, me.GetProperty("id").GetGuid());
        Assert.Equal("member", me.GetProperty("role").GetString());
        Assert.Equal("Rockets", me.GetProperty("teams")[0].GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("GET", "/api/identity/me")]
    [InlineData("GET", "/api/identity/organizations")]
    [InlineData("POST", "/api/identity/organizations")]
    [InlineData("GET", "/api/identity/teams")]
    [InlineData("POST", "/api/identity/teams")]
    [InlineData("GET", "/api/identity/users")]
    [InlineData("POST", "/api/identity/users")]
    [InlineData("GET", "/api/identity/users/01900000-0000-7000-8000-000000000001")]
    [InlineData("PUT", "/api/identity/users/01900000-0000-7000-8000-000000000001/teams")]
    [InlineData("PUT", "/api/identity/users/01900000-0000-7000-8000-000000000001/role")]
    [InlineData("POST", "/api/identity/users/01900000-0000-7000-8000-000000000001/deactivate")]
    [InlineData("POST", "/api/identity/users/01900000-0000-7000-8000-000000000001/reactivate")]
    [InlineData("POST", "/api/identity/users/01900000-0000-7000-8000-000000000001/link")]
    [InlineData("GET", "/api/identity/tokens")]
    [InlineData("POST", "/api/identity/tokens")]
    [InlineData("DELETE", "/api/identity/tokens/01900000-0000-7000-8000-000000000001")]
    public async Task Without_a_token_every_route_answers_401(string method, string path)
    {
        using var client = app.Factory.CreateClient(Browser.Options);
        Assert.Equal((401, "not-signed-in", null), await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path)).ProblemAsync());
    }

    [Fact]
    public async Task People_are_found_by_words_of_their_name_or_address()
    {
        var one = await app.NewUserAsync(admin);
        await app.NewUserAsync(admin);
        async Task<Guid[]> FindAsync(string query) =>
            [.. (await (await admin.GetAsync("/api/identity/users?" + query)).JsonAsync()).GetProperty("items").EnumerateArray().Select(user => user.GetProperty("id").GetGuid())];

        Assert.Equal([one.Id], await FindAsync($"q=BOB%20{one.Email[..12]}"));
        Assert.Equal([one.Id], await FindAsync($"q={one.Email}"));
        Assert.Equal([one.Id], await FindAsync($"q=bo&organizationId={one.Organisation}"));
        Assert.Equal([one.Id], await FindAsync($"teamId={one.Team}"));
        Assert.Empty(await FindAsync($"teamId={Guid.NewGuid()}"));
        Assert.Empty(await FindAsync($"q=bob%20nobodyatall"));
        Assert.Equal((400, "bad-search", "q"), await admin.GetAsync("/api/identity/users?q=" + new string('x', 101)).ProblemAsync());
    }

    [Theory]
    [InlineData("GET", "/organizations", null)]
    [InlineData("POST", "/organizations", """{"name":"Mine"}""")]
    [InlineData("GET", "/teams", null)]
    [InlineData("POST", "/teams", """{"name":"Mine","organizationId":"01900000-0000-7000-8000-000000000001"}""")]
    [InlineData("GET", "/users", null)]
    [InlineData("POST", "/users", """{"name":"x","email":"x@example.org","role":"admin","organizationId":"01900000-0000-7000-8000-000000000001","teamIds":[]}""")]
    [InlineData("GET", "/users/01900000-0000-7000-8000-000000000001", null)]
    [InlineData("PUT", "/users/01900000-0000-7000-8000-000000000001/teams", """{"organizationId":"01900000-0000-7000-8000-000000000001","teamIds":[]}""")]
    [InlineData("PUT", "/users/01900000-0000-7000-8000-000000000001/role", """{"role":"admin"}""")]
    [InlineData("POST", "/users/01900000-0000-7000-8000-000000000001/deactivate", null)]
    [InlineData("POST", "/users/01900000-0000-7000-8000-000000000001/reactivate", null)]
    [InlineData("POST", "/users/01900000-0000-7000-8000-000000000001/link", null)]
    public async Task A_member_gets_403_where_admins_work(string method, string path, string? body)
    {
        using var member = await shared.MemberAsync();
        var request = new HttpRequestMessage(new HttpMethod(method), "/api/identity" + path);
        if (body is not null) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        Assert.Equal((403, "forbidden", null), await member.SendAsync(request).ProblemAsync());
    }

    [Theory]
    [InlineData("PUT", "/teams", """{"organizationId":"01900000-0000-7000-8000-000000000001","teamIds":[]}""")]
    [InlineData("PUT", "/role", """{"role":"admin"}""")]
    [InlineData("POST", "/deactivate", null)]
    [InlineData("POST", "/reactivate", null)]
    [InlineData("POST", "/link", null)]
    [InlineData("GET", "", null)]
    public async Task An_unknown_person_is_404(string method, string path, string? body)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), $"/api/identity/users/{Guid.CreateVersion7()}{path}");
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        if (body is not null) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        Assert.Equal((404, "not-found", null), await admin.SendAsync(request).ProblemAsync());
    }

    [Theory]
    [InlineData("{}", 400, "name")]
    [InlineData("""{"name":""}""", 400, "name")]
    [InlineData("""{"name":7}""", 400, "name")]
    [InlineData("not json", 400, null)]
    public async Task Bad_input_names_the_field(string body, int status, string? field)
    {
        var answer = await admin.PostAsync("/api/identity/organizations", new StringContent(body, System.Text.Encoding.UTF8, "application/json")).ProblemAsync();
        Assert.Equal((status, field), (answer.Status, answer.Field?.ToLowerInvariant()));
    }

    [Fact]
    public async Task A_new_person_needs_an_address_nobody_has_a_known_organisation_and_one_of_its_teams()
    {
        var (organisation, team) = await IdentityApp.NewOrganisationAsync(admin);
        var (_, otherTeam) = await IdentityApp.NewOrganisationAsync(admin);
        var email = $"{Guid.NewGuid():N}@example.org";
        Task<(int, string?, string?)> Create(string name, string address, Guid organizationId, params Guid[] teamIds) =>
            admin.PostAsync("/api/identity/users", new { name, email = address, role = "member", organizationId, teamIds }).ProblemAsync();

        Assert.Equal((422, "email-invalid", "email"), await Create("Bob", "no address", organisation, team));
        Assert.Equal((422, "unknown-organization", "organizationId"), await Create("Bob", email, Guid.CreateVersion7(), team));
        Assert.Equal((422, "unknown-team-of-that-organization", "teamIds"), await Create("Bob", email, organisation, otherTeam));
        Assert.Equal((422, "team-missing", "teamIds"), await Create("Bob", email, organisation));
        Assert.Equal((409, "email-taken", "email"), await Create("Bob", IdentityApp.AdminEmail.ToUpperInvariant(), organisation, team));
    }

    [Fact]
    public async Task Two_who_invite_the_same_address_at_once_make_one_person()
    {
        var (organisation, team) = await IdentityApp.NewOrganisationAsync(admin);
        var email = $"{Guid.NewGuid():N}@example.org";
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ =>
            admin.PostAsync("/api/identity/users", new { name = "Bob", email, role = "member", organizationId = organisation, teamIds = new[] { team } })));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Equal(4, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
        var list = await (await admin.GetAsync($"/api/identity/users?organizationId={organisation}")).JsonAsync();
        Assert.Equal(1, list.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task The_link_is_shown_once_even_to_a_repeat_with_the_same_idempotency_key()
    {
        var (organisation, team) = await IdentityApp.NewOrganisationAsync(admin);
        var body = new { name = "Bob", email = $"{Guid.NewGuid():N}@example.org", role = "member", organizationId = organisation, teamIds = new[] { team } };
        var key = Guid.NewGuid().ToString();
        var first = await admin.PostAsync("/api/identity/users", body, idempotencyKey: key);
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Contains("no-store", first.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Equal((409, "secret-already-shown", null), await admin.PostAsync("/api/identity/users", body, idempotencyKey: key).ProblemAsync());

        var id = (await first.JsonAsync()).GetProperty("user").GetProperty("id").GetGuid();
        var linkKey = Guid.NewGuid().ToString();
        Assert.Equal(HttpStatusCode.OK, (await admin.PostAsync($"/api/identity/users/{id}/link", new { }, idempotencyKey: linkKey)).StatusCode);
        Assert.Equal((409, "secret-already-shown", null), await admin.PostAsync($"/api/identity/users/{id}/link", new { }, idempotencyKey: linkKey).ProblemAsync());
    }

    [Fact]
    public async Task A_repeated_creation_with_the_same_idempotency_key_gets_the_first_answer()
    {
        var key = Guid.NewGuid().ToString();
        var first = await admin.PostAsync("/api/identity/organizations", new { name = "Once" }, idempotencyKey: key).CreatedIdAsync();
        Assert.Equal(first, await admin.PostAsync("/api/identity/organizations", new { name = "Once" }, idempotencyKey: key).CreatedIdAsync());
        Assert.Equal(422, (await admin.PostAsync("/api/identity/organizations", new { name = "Twice" }, idempotencyKey: key).ProblemAsync()).Status);
    }

    [Fact]
    public async Task Moving_a_person_asks_for_what_was_seen()
    {
        var somebody = await app.NewUserAsync(admin);
        var (organisation, team) = await IdentityApp.NewOrganisationAsync(admin);
        var path = $"/api/identity/users/{somebody.Id}/teams";
        var body = new { organizationId = organisation, teamIds = new[] { team } };
        var seen = (await admin.GetAsync($"/api/identity/users/{somebody.Id}")).Headers.ETag!.ToString();

        Assert.Equal((428, "if-match-required", "If-Match"), await admin.PutAsync(path, body).ProblemAsync());
        Assert.Equal((412, "stale", null), await admin.PutAsync(path, body, "\"99\"").ProblemAsync());
        Assert.Equal((422, "unknown-team-of-that-organization", "teamIds"),
            await admin.PutAsync(path, new { organizationId = organisation, teamIds = new[] { somebody.Team } }, seen).ProblemAsync());
        Assert.Equal(HttpStatusCode.NoContent, (await admin.PutAsync(path, body, seen)).StatusCode);
        Assert.Equal((412, "stale", null), await admin.PutAsync(path, body, seen).ProblemAsync());

        var moved = await (await admin.GetAsync($"/api/identity/users/{somebody.Id}")).JsonAsync();
        Assert.Equal(organisation, moved.GetProperty("organization").GetProperty("id").GetGuid());
        Assert.Equal(team, moved.GetProperty("teams")[0].GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task Of_two_who_change_a_person_at_once_one_is_told_to_look_again()
    {
        var somebody = await app.NewUserAsync(admin);
        var seen = (await admin.GetAsync($"/api/identity/users/{somebody.Id}")).Headers.ETag!.ToString();
        var answers = await Task.WhenAll(
            admin.PutAsync($"/api/identity/users/{somebody.Id}/role", new { role = "admin" }, seen),
            admin.PostAsync($"/api/identity/users/{somebody.Id}/deactivate", new { }, seen));
        Assert.Equal([HttpStatusCode.NoContent, HttpStatusCode.PreconditionFailed], answers.Select(a => a.StatusCode).Order());
    }

    [Fact]
    public async Task Whoever_is_deactivated_is_out_at_once_and_whatever_he_was_signed_in_with_stays_dead()
    {
        var somebody = await app.NewUserAsync(admin);
        using var browser = app.Open();
        await browser.SignInAsync(somebody.Email, Somebody.FirstPassword);
        var tokens = await browser.AuthorizeAsync();
        using var client = app.As(tokens.AccessToken);
        var user = $"/api/identity/users/{somebody.Id}";

        Assert.Equal(428, (await admin.PostAsync(user + "/deactivate", new { }).ProblemAsync()).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.PostAsync(user + "/deactivate", new { }, "*")).StatusCode);
        Assert.Equal((409, "already-deactivated", null), await admin.PostAsync(user + "/deactivate", new { }, "*").ProblemAsync());

        Assert.Equal((401, "token-no-longer-good", null), await client.GetAsync("/api/identity/me").ProblemAsync());
        Assert.Equal("invalid_grant", (await browser.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.StartsWith("/sign-in", (await browser.GetAsync(Browser.AuthorizeUrl(Browser.NewVerifier()))).Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.TrySignInAsync(somebody.Email, Somebody.FirstPassword)).StatusCode);
        await WithinSecondsAsync(10, async () => await app.CountAsync($"""select count(*) from accounts."OpenIddictAuthorizations" where "Subject" = '{somebody.Id}' and "Status" = 'valid'""") == 0);

        Assert.Equal(HttpStatusCode.NoContent, (await admin.PostAsync(user + "/reactivate", new { }, "*")).StatusCode);
        Assert.Equal((409, "not-deactivated", null), await admin.PostAsync(user + "/reactivate", new { }, "*").ProblemAsync());
        Assert.Equal((401, "token-no-longer-good", null), await client.GetAsync("/api/identity/me").ProblemAsync());
        Assert.Equal("invalid_grant", (await browser.RefreshAsync(tokens.RefreshToken)).Error);
        using var again = await app.SignInAsync(somebody.Email, Somebody.FirstPassword);
        Assert.Equal(HttpStatusCode.OK, (await again.GetAsync("/api/identity/me")).StatusCode);
    }

    [Fact]
    public async Task Invitations_and_reactivations_with_keys_are_answered_when_they_are_more_than_the_pool_has_connections()
    {
        var (organisation, team) = await IdentityApp.NewOrganisationAsync(admin);
        var invited = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => admin.PostAsync(
            "/api/identity/users", new { name = "Bob", email = $"{Guid.NewGuid():N}@example.org", role = "member", organizationId = organisation, teamIds = new[] { team } },
            idempotencyKey: Guid.NewGuid().ToString())));
        Assert.All(invited, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        var users = await Task.WhenAll(invited.Select(async answer => (await answer.JsonAsync()).GetProperty("user").GetProperty("id").GetGuid()));
        foreach (var step in new[] { "deactivate", "reactivate" })
        {
            var answers = await Task.WhenAll(users.Select(id => admin.PostAsync($"/api/identity/users/{id}/{step}", new { }, "*", Guid.NewGuid().ToString())));
            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode));
        }
    }

    [Fact]
    public async Task Reactivation_brings_neither_personal_access_tokens_nor_the_link_back()
    {
        var somebody = await app.NewUserAsync(admin);
        using var client = await app.SignInAsync(somebody.Email, Somebody.FirstPassword);
        var token = await NewTokenAsync(client);
        var user = $"/api/identity/users/{somebody.Id}";
        var link = (await (await admin.PostAsync(user + "/link", new { })).JsonAsync()).GetProperty("url").GetString()!;
        Assert.Equal(HttpStatusCode.NoContent, (await admin.PostAsync(user + "/deactivate", new { }, "*")).StatusCode);
        Assert.Equal(1, await app.CountAsync($"""select count(*) from accounts."Tokens" where "UserId" = '{somebody.Id}' and "RevokedAt" is not null"""));
        Assert.Equal(HttpStatusCode.NoContent, (await admin.PostAsync(user + "/reactivate", new { }, "*")).StatusCode);

        Assert.Equal(401, (await ExchangeAsync(token)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await app.UseLinkAsync(link, "another canary password")).StatusCode);
    }

    [Fact]
    public async Task Losing_the_admin_role_ends_tokens_with_scope_admin_and_no_others_also_when_it_is_gained_again()
    {
        var somebody = await app.NewUserAsync(admin, role: "admin");
        using var client = await app.SignInAsync(somebody.Email, Somebody.FirstPassword);
        var (administers, reads) = (await NewTokenAsync(client, "read", "admin"), await NewTokenAsync(client, "read"));
        foreach (var role in new[] { "member", "admin" })
            Assert.Equal(HttpStatusCode.NoContent, (await admin.PutAsync($"/api/identity/users/{somebody.Id}/role", new { role }, "*")).StatusCode);

        Assert.Equal(401, (await ExchangeAsync(administers)).Status);
        using var gateway = app.Factory.CreateClient(Browser.Options);
        var answer = await gateway.PostAsync("/internal/exchange", new FormUrlEncodedContent(new Dictionary<string, string> { ["subject_token"] = reads }));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Who_loses_his_role_is_refused_with_the_token_that_he_had_it_with()
    {
        var somebody = await app.NewUserAsync(admin, role: "admin");
        using var client = await app.SignInAsync(somebody.Email, Somebody.FirstPassword);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/identity/users")).StatusCode);
        Assert.Equal((409, "same-role", null), await admin.PutAsync($"/api/identity/users/{somebody.Id}/role", new { role = "admin" }, "*").ProblemAsync());
        Assert.Equal(HttpStatusCode.NoContent, (await admin.PutAsync($"/api/identity/users/{somebody.Id}/role", new { role = "member" }, "*")).StatusCode);
        Assert.Equal((401, "token-no-longer-good", null), await client.GetAsync("/api/identity/users").ProblemAsync());
    }

    [Fact]
    public async Task A_used_link_resets_the_password_and_ends_sessions_and_tokens_and_a_later_sign_in_lasts()
    {
        var somebody = await app.NewUserAsync(admin);
        using var browser = app.Open();
        await browser.SignInAsync(somebody.Email, Somebody.FirstPassword);
        var tokens = await browser.AuthorizeAsync();
        using var client = app.As(tokens.AccessToken);
        var token = await NewTokenAsync(client);

        var link = (await (await admin.PostAsync($"/api/identity/users/{somebody.Id}/link", new { })).JsonAsync()).GetProperty("url").GetString()!;
        Assert.StartsWith("http://localhost:5080/account/link?token=", link, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/identity/me")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await app.UseLinkAsync(link, "another canary password")).StatusCode);

        Assert.Equal((401, "token-no-longer-good", null), await client.GetAsync("/api/identity/me").ProblemAsync());
        Assert.Equal("invalid_grant", (await browser.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(401, (await ExchangeAsync(token)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.TrySignInAsync(somebody.Email, Somebody.FirstPassword)).StatusCode);

        using var later = app.Open();
        await later.SignInAsync(somebody.Email, "another canary password");
        var fresh = await later.AuthorizeAsync();
        await WithinSecondsAsync(10, async () => await app.CountAsync($"""select count(*) from accounts."OpenIddictAuthorizations" where "Subject" = '{somebody.Id}' and "Status" = 'revoked'""") == 1);
        Assert.NotNull((await later.RefreshAsync(fresh.RefreshToken)).Tokens);
        var seen = await (await admin.GetAsync($"/api/identity/users/{somebody.Id}")).JsonAsync();
        Assert.Equal(new JsonWebToken(admin.DefaultRequestHeaders.Authorization!.Parameter).Subject, seen.GetProperty("lastLinkMadeBy").GetString());
    }

    [Fact]
    public async Task A_link_works_once_for_72_hours_and_only_the_latest()
    {
        var somebody = await app.NewUserAsync(admin);
        Assert.Equal(HttpStatusCode.NotFound, (await app.UseLinkAsync(somebody.Link, "another canary password")).StatusCode);

        async Task<string> FreshAsync() => (await (await admin.PostAsync($"/api/identity/users/{somebody.Id}/link", new { })).JsonAsync()).GetProperty("url").GetString()!;
        var replaced = await FreshAsync();
        var latest = await FreshAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await app.UseLinkAsync(replaced, "another canary password")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await app.UseLinkAsync(latest, "too short")).StatusCode);

        await using var tomorrow = await IdentityApp.StartAsync(app.Database, app.Broker);
        tomorrow.Time.Ahead = TimeSpan.FromHours(72.1);
        Assert.Equal(HttpStatusCode.NotFound, (await tomorrow.UseLinkAsync(latest, "another canary password")).StatusCode);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => app.UseLinkAsync(latest, "another canary password")));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Teams_are_found_by_words_of_their_name_and_say_whose_they_are()
    {
        var (organisation, _) = await IdentityApp.NewOrganisationAsync(admin);
        var unique = $"Zq{Guid.NewGuid():N}";
        var made = await admin.PostAsync("/api/identity/teams", new { name = $"Night {unique}", organizationId = organisation }).CreatedIdAsync();

        var found = (await (await admin.GetAsync($"/api/identity/teams?q=night%20{unique[..12]}")).JsonAsync()).GetProperty("items").EnumerateArray().Single();

        Assert.Equal(made, found.GetProperty("id").GetGuid());
        Assert.Equal(organisation, found.GetProperty("organization").GetProperty("id").GetGuid());
        Assert.NotEmpty(found.GetProperty("organization").GetProperty("name").GetString()!);
        Assert.Equal((400, "bad-search", "q"), await admin.GetAsync("/api/identity/teams?q=" + new string('x', 101)).ProblemAsync());
        var named = (await (await admin.GetAsync($"/api/identity/teams?ids={made}&ids={Guid.NewGuid()}")).JsonAsync()).GetProperty("items").EnumerateArray().Single();
        Assert.Equal(made, named.GetProperty("id").GetGuid());
        Assert.Equal((400, "too-many-ids", "ids"), await admin.GetAsync("/api/identity/teams?" + string.Join('&', Enumerable.Repeat($"ids={made}", 101))).ProblemAsync());
    }

    [Fact]
    public async Task Organizations_are_found_by_words_of_their_name()
    {
        var unique = $"Zq{Guid.NewGuid():N}";
        var made = await admin.PostAsync("/api/identity/organizations", new { name = $"Harbour {unique}" }).CreatedIdAsync();

        var found = (await (await admin.GetAsync($"/api/identity/organizations?q=harbour%20{unique[..12]}")).JsonAsync()).GetProperty("items").EnumerateArray().Single();

        Assert.Equal(made, found.GetProperty("id").GetGuid());
        Assert.Equal((400, "bad-search", "q"), await admin.GetAsync("/api/identity/organizations?q=" + new string('x', 101)).ProblemAsync());
    }

    [Fact]
    public async Task Lists_go_on_where_the_last_page_ended()
    {
        var (organisation, _) = await IdentityApp.NewOrganisationAsync(admin);
        for (var i = 0; i < 2; i++) await admin.PostAsync("/api/identity/teams", new { name = $"Team {i}", organizationId = organisation }).CreatedIdAsync();
        var seen = new List<Guid>();
        string? next = null;
        do
        {
            var page = await (await admin.GetAsync($"/api/identity/teams?organizationId={organisation}&limit=2" + (next is null ? "" : "&cursor=" + next))).JsonAsync();
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(t => t.GetProperty("id").GetGuid()));
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);
        Assert.Equal(3, seen.Distinct().Count());
        Assert.Equal(3, seen.Count);
        foreach (var list in new[] { "teams", "users", "organizations", "tokens" })
            Assert.Equal((400, "bad-cursor", "cursor"), await admin.GetAsync($"/api/identity/{list}?cursor=nonsense").ProblemAsync());
    }

    static async Task<string> NewTokenAsync(HttpClient owner, params string[] scopes) =>
        (await (await owner.PostAsync("/api/identity/tokens", new { name = "script", scopes = scopes.Length == 0 ? ["read"] : scopes, expiresAt = DateTimeOffset.UtcNow.AddDays(1) })).JsonAsync())
        .GetProperty("token").GetString()!;

    async Task<(int Status, string? Code, string? Field)> ExchangeAsync(string token)
    {
        using var gateway = app.Factory.CreateClient(Browser.Options);
        return await gateway.PostAsync("/internal/exchange", new FormUrlEncodedContent(new Dictionary<string, string> { ["subject_token"] = token })).ProblemAsync();
    }

    static async Task WithinSecondsAsync(int seconds, Func<Task<bool>> holds)
    {
        var until = DateTime.UtcNow.AddSeconds(seconds);
        while (!await holds())
        {
            Assert.True(DateTime.UtcNow < until, $"Not so within {seconds} s.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
