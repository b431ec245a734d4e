using System.Net;
using System.Text.Json;
using DevPortal.ServiceDefaults;
using Microsoft.IdentityModel.JsonWebTokens;
using Xunit;

namespace DevPortal.Identity.Tests;

[Collection(nameof(SharedApp))]
public sealed class TokenTests(SharedApp shared)
{
    readonly IdentityApp app = shared.App;

    [Fact]
    public async Task A_personal_access_token_is_exchanged_for_a_minute_and_does_what_its_scopes_allow()
    {
        var created = await CreateAsync(shared.Admin, "read");
        var token = created.GetProperty("token").GetString()!;
        Assert.True(KeyFormat.IsWellFormed(token, "pat"));
        var (access, expires) = await ExchangeAsync(app, token);
        Assert.InRange(expires, 1, 60);
        var read = new JsonWebToken(access);
        Assert.Equal("at+jwt", read.Typ);
        Assert.Equal("read", read.GetPayloadValue<string>("scope"));
        Assert.Equal(created.GetProperty("id").GetString(), read.GetPayloadValue<string>("pat"));
        Assert.InRange(read.ValidTo - DateTime.UtcNow, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(61));

        using var script = app.As(access!);
        Assert.Equal(HttpStatusCode.OK, (await script.GetAsync("/api/identity/me")).StatusCode);
        Assert.Equal((403, "forbidden", null), await script.GetAsync("/api/identity/users").ProblemAsync());
        Assert.Equal((403, "scope", null), await script.PostAsync("/api/identity/organizations", new { name = "x" }).ProblemAsync());
    }

    [Fact]
    public async Task With_scope_admin_an_admin_administers_but_makes_neither_links_nor_tokens()
    {
        var (access, _) = await ExchangeAsync(app, (await CreateAsync(shared.Admin, "read", "write", "admin")).GetProperty("token").GetString()!);
        using var script = app.As(access!);
        var (organisation, team) = await IdentityApp.NewOrganisationAsync(script);
        Assert.Equal((403, "sign-in-needed", null), await script.PostAsync("/api/identity/users", new
        {
            name = "x",
            email = $"{Guid.NewGuid():N}@example.org",
            role = "member",
            organizationId = organisation,
            teamIds = new[] { team },
        }).ProblemAsync());
        var somebody = await app.NewUserAsync(shared.Admin);
        Assert.Equal((403, "sign-in-needed", null), await script.PostAsync($"/api/identity/users/{somebody.Id}/link", new { }).ProblemAsync());
        Assert.Equal((403, "sign-in-needed", null), await script.PostAsync("/api/identity/tokens", Input("read")).ProblemAsync());
    }

    [Fact]
    public async Task A_token_that_was_deleted_is_refused_and_so_is_what_it_was_exchanged_for()
    {
        var created = await CreateAsync(shared.Admin, "read");
        var (access, _) = await ExchangeAsync(app, created.GetProperty("token").GetString()!);
        var path = $"/api/identity/tokens/{created.GetProperty("id").GetString()}";
        Assert.Equal(HttpStatusCode.NoContent, (await shared.Admin.DeleteAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await shared.Admin.DeleteAsync(path)).StatusCode);
        Assert.Null((await ExchangeAsync(app, created.GetProperty("token").GetString()!)).Access);
        using var script = app.As(access!);
        Assert.Equal((401, "token-no-longer-good", null), await script.GetAsync("/api/identity/me").ProblemAsync());
    }

    [Fact]
    public async Task Those_that_were_revoked_are_listed_apart_from_those_that_were_not()
    {
        using var owner = await app.SignInAsync((await app.NewUserAsync(shared.Admin)).Email, Somebody.FirstPassword);
        var (kept, deleted) = ((await CreateAsync(owner, "read")).GetProperty("id").GetString()!, (await CreateAsync(owner, "read")).GetProperty("id").GetString()!);
        Assert.Equal(HttpStatusCode.NoContent, (await owner.DeleteAsync($"/api/identity/tokens/{deleted}")).StatusCode);

        Assert.Equal([kept, deleted], await ListAsync(""));
        Assert.Equal([kept], await ListAsync("?revoked=false"));
        Assert.Equal([deleted], await ListAsync("?revoked=true"));

        async Task<string[]> ListAsync(string query) =>
            [.. (await (await owner.GetAsync("/api/identity/tokens" + query)).JsonAsync()).GetProperty("items").EnumerateArray().Select(token => token.GetProperty("id").GetString()!)];
    }

    [Fact]
    public async Task A_token_of_somebody_else_is_404()
    {
        var created = await CreateAsync(shared.Admin, "read");
        using var member = await shared.MemberAsync();
        Assert.Equal((404, "not-found", null), await member.DeleteAsync($"/api/identity/tokens/{created.GetProperty("id").GetString()}").ProblemAsync());
        var list = await (await member.GetAsync("/api/identity/tokens")).JsonAsync();
        Assert.DoesNotContain(list.GetProperty("items").EnumerateArray(), t => t.GetProperty("id").GetString() == created.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Scopes_and_expiry_are_checked_and_named()
    {
        using var member = await shared.MemberAsync();
        Assert.Equal((422, "unknown-scope", "scopes"), await member.PostAsync("/api/identity/tokens", Input("all")).ProblemAsync());
        Assert.Equal((422, "unknown-scope", "scopes"), await member.PostAsync("/api/identity/tokens", Input()).ProblemAsync());
        Assert.Equal((422, "scope-beyond-rights", "scopes"), await member.PostAsync("/api/identity/tokens", Input("admin")).ProblemAsync());
        Assert.Equal((422, "bad-expiry", "expiresAt"), await member.PostAsync("/api/identity/tokens", new { name = "x", scopes = new[] { "read" }, expiresAt = DateTimeOffset.UtcNow.AddMinutes(-1) }).ProblemAsync());
        Assert.Equal((422, "bad-expiry", "expiresAt"), await member.PostAsync("/api/identity/tokens", new { name = "x", scopes = new[] { "read" }, expiresAt = DateTimeOffset.UtcNow.AddDays(400) }).ProblemAsync());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("devportal_live_pat_00000000000000000000000000000000AAAAAA")]
    public async Task What_is_no_token_is_not_exchanged(string token) => Assert.Null((await ExchangeAsync(app, token)).Access);

    [Fact]
    public async Task A_well_formed_token_that_nobody_made_is_not_exchanged() =>
        Assert.Null((await ExchangeAsync(app, KeyFormat.Mint("devportal", "live", "pat"))).Access);

    [Fact]
    public async Task More_keyed_calls_at_once_than_the_pool_has_connections_are_all_answered()
    {
        using var owner = await app.SignInAsync((await app.NewUserAsync(shared.Admin)).Email, Somebody.FirstPassword);
        var input = Input("read");
        var made = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => owner.PostAsync("/api/identity/tokens", input, idempotencyKey: Guid.NewGuid().ToString())));
        Assert.All(made, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
    }

    [Fact]
    public async Task A_token_is_shown_once()
    {
        var key = Guid.NewGuid().ToString();
        var input = Input("read");
        Assert.Equal(HttpStatusCode.Created, (await shared.Admin.PostAsync("/api/identity/tokens", input, idempotencyKey: key)).StatusCode);
        Assert.Equal((409, "secret-already-shown", null), await shared.Admin.PostAsync("/api/identity/tokens", input, idempotencyKey: key).ProblemAsync());
    }

    [Fact]
    public async Task An_expired_token_is_not_exchanged()
    {
        var created = await CreateAsync(shared.Admin, "read");
        await using var later = await IdentityApp.StartAsync(app.Database, app.Broker);
        Assert.NotNull((await ExchangeAsync(later, created.GetProperty("token").GetString()!)).Access);
        later.Time.Ahead = TimeSpan.FromDays(1.1);
        Assert.Null((await ExchangeAsync(later, created.GetProperty("token").GetString()!)).Access);
    }

    static object Input(params string[] scopes) => new { name = "script", scopes, expiresAt = new DateTimeOffset(DateTime.UtcNow.Date.AddDays(2), TimeSpan.Zero).AddDays(-1) };

    static async Task<JsonElement> CreateAsync(HttpClient owner, params string[] scopes)
    {
        var answer = await owner.PostAsync("/api/identity/tokens", Input(scopes));
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    static async Task<(string? Access, int Expires)> ExchangeAsync(IdentityApp app, string token)
    {
        using var gateway = app.Factory.CreateClient(Browser.Options);
        var answer = await gateway.PostAsync("/internal/exchange", new FormUrlEncodedContent(new Dictionary<string, string> { ["subject_token"] = token }));
        var json = await answer.JsonAsync();
        if (answer.StatusCode == HttpStatusCode.OK) return (json.GetProperty("access_token").GetString(), json.GetProperty("expires_in").GetInt32());
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        return (null, 0);
    }
}
