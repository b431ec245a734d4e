using System.Net;
using DevPortal.Contracts.Credentials;
using DevPortal.Contracts.Identity;
using DevPortal.ServiceDefaults;
using Xunit;

namespace DevPortal.Credentials.Tests;

[Collection(QuietPortal.Name)]
public sealed class AppTests(QuietPortal quiet)
{
    [Fact]
    public async Task App_is_made_changed_and_deleted_and_others_hear_of_it()
    {
        var owner = await quiet.Portal.PersonAsync();
        var id = await owner.AppAsync("Storm watch");
        Assert.Equal("Storm watch", (await quiet.Portal.Broker.ReceivedAsync<AppChanged>(changed => changed.AppId == id)).Name);

        await (await owner.SendAsync(HttpMethod.Put, $"apps/{id}", new { name = "Rain watch" })).RefusedAsync(HttpStatusCode.PreconditionRequired, "if-match-required");
        var changed = await owner.SendAsync(HttpMethod.Put, $"apps/{id}", new { name = "Rain watch", description = "Drops" }, "\"1\"");
        Assert.Equal("Rain watch", (await changed.ReadAsync<AppView>()).Name);
        await (await owner.SendAsync(HttpMethod.Put, $"apps/{id}", new { name = "Sun watch" }, "\"1\"")).RefusedAsync(HttpStatusCode.PreconditionFailed, "stale");
        var read = await owner.SendAsync(HttpMethod.Get, $"apps/{id}");
        Assert.Equal("\"2\"", read.Headers.ETag!.Tag);

        Assert.Equal(HttpStatusCode.NoContent, (await owner.SendAsync(HttpMethod.Delete, $"apps/{id}", ifMatch: "\"2\"")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await owner.SendAsync(HttpMethod.Get, $"apps/{id}")).StatusCode);
        Assert.True((await quiet.Portal.Broker.ReceivedAsync<AppChanged>(said => said.AppId == id && said.Deleted)).Deleted);
    }

    [Fact]
    public async Task Foreign_app_is_not_there_and_admins_see_all()
    {
        var (owner, stranger, admin) = (await quiet.Portal.PersonAsync(), await quiet.Portal.PersonAsync(), await quiet.Portal.PersonAsync(UserRole.Admin));
        var id = await owner.AppAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await stranger.SendAsync(HttpMethod.Get, $"apps/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.SendAsync(HttpMethod.Get, $"apps/{id}/credentials")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.SendAsync(HttpMethod.Put, $"apps/{id}", new { name = "Mine" }, "*")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.SendAsync(HttpMethod.Delete, $"apps/{id}", ifMatch: "*")).StatusCode);
        Assert.Equal(id, (await (await admin.SendAsync(HttpMethod.Get, $"apps/{id}")).ReadAsync<AppView>()).Id);
        Assert.Contains((await (await admin.SendAsync(HttpMethod.Get, "apps?limit=100")).ReadAsync<Page<AppView>>()).Items, app => app.Id == id);
        Assert.Empty((await (await admin.SendAsync(HttpMethod.Get, "apps?mine=true")).ReadAsync<Page<AppView>>()).Items);
        Assert.Equal(HttpStatusCode.Unauthorized, (await quiet.Portal.Client().GetAsync("/api/credentials/apps")).StatusCode);
    }

    [Fact]
    public async Task Own_apps_come_in_pages_newest_first()
    {
        var owner = await quiet.Portal.PersonAsync();
        for (var number = 1; number <= 5; number++) await owner.AppAsync($"App {number}");

        var first = await (await owner.SendAsync(HttpMethod.Get, "apps?limit=3")).ReadAsync<Page<AppView>>();
        var second = await (await owner.SendAsync(HttpMethod.Get, $"apps?limit=3&cursor={first.Next}")).ReadAsync<Page<AppView>>();
        Assert.Equal(["App 5", "App 4", "App 3", "App 2", "App 1"], first.Items.Concat(second.Items).Select(app => app.Name));
        Assert.Null(second.Next);
        await (await owner.SendAsync(HttpMethod.Get, "apps?cursor=nonsense")).RefusedAsync(HttpStatusCode.BadRequest, "bad-cursor", "cursor");
    }

    [Fact]
    public async Task Apps_are_found_by_words_of_their_name_and_by_their_owner()
    {
        var (owner, other, admin) = (await quiet.Portal.PersonAsync(), await quiet.Portal.PersonAsync(), await quiet.Portal.PersonAsync(UserRole.Admin));
        var (tides, harbour) = (await owner.AppAsync("Tidal Harbourmaster"), await owner.AppAsync("Harbour lights"));
        await other.AppAsync("Tidal Harbourmaster");
        async Task<IEnumerable<Guid>> FindAsync(Person who, string query) => (await (await who.SendAsync(HttpMethod.Get, $"apps?{query}")).ReadAsync<Page<AppView>>()).Items.Select(app => app.Id);

        Assert.Equal([tides], await FindAsync(owner, "q=HARBOURM%20tid"));
        Assert.Equal([harbour, tides], await FindAsync(admin, $"q=harbour&ownerId={owner.Id}"));
        Assert.Equal([harbour, tides], await FindAsync(admin, $"ownerId={owner.Id}"));
        Assert.Empty(await FindAsync(other, $"ownerId={owner.Id}"));
        Assert.Empty(await FindAsync(admin, $"ownerId={owner.Id}&q=lighthouse"));
        await (await admin.SendAsync(HttpMethod.Get, "apps?q=" + new string('x', 101))).RefusedAsync(HttpStatusCode.BadRequest, "bad-search", "q");
    }

    [Fact]
    public async Task App_with_a_live_credential_is_not_deleted()
    {
        var issued = await quiet.Portal.ActiveAsync();
        await (await issued.Owner.SendAsync(HttpMethod.Delete, $"apps/{issued.Approval.AppId}", ifMatch: "*")).RefusedAsync(HttpStatusCode.Conflict, "app-has-credentials");
        var page = await (await issued.Owner.SendAsync(HttpMethod.Get, $"apps/{issued.Approval.AppId}/credentials?limit=1")).ReadAsync<Page<CredentialView>>();
        Assert.Equal(issued.Id, Assert.Single(page.Items).Id);

        await issued.RevokeAsync();
        await issued.UntilAsync(CredentialState.Revoked);
        Assert.Equal(HttpStatusCode.NoContent, (await issued.Owner.SendAsync(HttpMethod.Delete, $"apps/{issued.Approval.AppId}", ifMatch: "*")).StatusCode);
    }

    [Theory]
    [InlineData("{}", "missing", "name")]
    [InlineData("{\"name\":null}", "bad-json", "name")]
    [InlineData("{\"name\":", "bad-json", null)]
    [InlineData("{\"name\":\"\"}", "invalid", "name")]
    [InlineData("{\"name\":\" \"}", "invalid", "name")]
    [InlineData("{\"name\":\"a\\u0000b\"}", "invalid", "name")]
    [InlineData("{\"name\":\"a\",\"description\":\"\\u0000\"}", "invalid", "description")]
    public async Task Input_that_is_no_app_is_refused_with_its_field(string body, string code, string? field)
    {
        var owner = await quiet.Portal.PersonAsync();
        await (await owner.SendAsync(HttpMethod.Post, "apps", body)).RefusedAsync(HttpStatusCode.BadRequest, code, field);
        await (await owner.SendAsync(HttpMethod.Post, "apps", $"{{\"name\":\"{new string('x', 101)}\"}}")).RefusedAsync(HttpStatusCode.BadRequest, "invalid", "name");
    }

    [Fact]
    public async Task Same_idempotency_key_makes_one_app()
    {
        var owner = await quiet.Portal.PersonAsync();
        var first = await (await owner.SendAsync(HttpMethod.Post, "apps", new { name = "One" }, idempotencyKey: "k")).ReadAsync<AppView>(HttpStatusCode.Created);
        var second = await (await owner.SendAsync(HttpMethod.Post, "apps", new { name = "One" }, idempotencyKey: "k")).ReadAsync<AppView>(HttpStatusCode.Created);
        Assert.Equal(first.Id, second.Id);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await owner.SendAsync(HttpMethod.Post, "apps", new { name = "Two" }, idempotencyKey: "k")).StatusCode);
    }
}
