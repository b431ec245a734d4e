using System.Net;
using DevPortal.Contracts.Catalog;
using DevPortal.Contracts.Identity;
using Xunit;

namespace DevPortal.Catalog.Tests;

public sealed class CatalogTests(RunningCatalog catalog)
{
    [Fact]
    public async Task A_catalog_is_made_arranged_given_an_audience_and_announced_each_time()
    {
        var team = await catalog.TeamAsync();
        var (product, plan) = (await catalog.ProductAsync(), await catalog.PlanAsync());
        var admin = await catalog.AdminAsync();
        var slug = $"partners-{Guid.NewGuid():N}";

        var created = await admin.PostAsync("catalogs", new { name = "Partners", slug, visibility = "private", productIds = new[] { product.Id } }).Answers(HttpStatusCode.Created);
        var path = created.Headers.Location!.ToString()["/api/catalog/".Length..];
        Assert.Equal("\"1\"", created.Headers.ETag!.ToString());
        var arranged = await admin.PutAsync(path, new { name = "Our partners", slug, visibility = "private", productIds = new[] { product.Id }, planIds = new[] { plan.Id } }, "\"1\"").Answers(HttpStatusCode.NoContent);
        await admin.PutAsync(path + "/audience", new { teamIds = new[] { team } }, arranged.Headers.ETag!.ToString()).Answers(HttpStatusCode.NoContent);

        var seen = await admin.AskAsync(path).Reads();
        Assert.Equal(("Our partners", slug, "private"), (seen.Text("name"), seen.Text("slug"), seen.Text("visibility")));
        Assert.Equal(team, Assert.Single(seen.GetProperty("admin").GetProperty("audience").EnumerateArray()).GetGuid());
        var id = seen.GetProperty("id").GetGuid();
        for (var version = 1; version <= 3; version++) await catalog.Broker.ReceivedAsync<CatalogChanged>(message => message.CatalogId == id && message.Origin.Version == version);
        var said = await catalog.Broker.ReceivedAsync<CatalogChanged>(message => message.CatalogId == id && message.Origin.Version == 3);
        Assert.Equal(("Our partners", CatalogVisibility.Private), (said.Name, said.Visibility));
        Assert.Equal([[team], [product.Id], [plan.Id]], new[] { said.Audience, said.ProductIds, said.PlanIds });

        var member = await (await catalog.PersonAsync(UserRole.Member, team)).AskAsync(path).Reads();
        Assert.Equal(System.Text.Json.JsonValueKind.Null, member.GetProperty("admin").ValueKind);
        await admin.PostAsync("catalogs", new { name = "Again", slug, visibility = "public" }).Refuses(HttpStatusCode.Conflict, "slug-taken", "slug");
    }

    [Fact]
    public async Task Of_many_who_want_one_slug_at_once_one_gets_it_and_the_others_hear_that_it_is_taken()
    {
        var admin = await catalog.PersonAsync(UserRole.Admin);
        var slug = $"partners-{Guid.NewGuid():N}";
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => admin.PostAsync("catalogs", new { name = "Partners", slug, visibility = "private" })));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        foreach (var refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
            await Task.FromResult(refused).Refuses(HttpStatusCode.Conflict, "slug-taken", "slug");
    }

    [Fact]
    public async Task What_is_taken_out_or_whose_audience_changes_is_gone_from_lists_at_once()
    {
        var (teamA, teamB) = (await catalog.TeamAsync(), await catalog.TeamAsync());
        var product = await catalog.ProductAsync();
        var shelf = await catalog.CatalogAsync(CatalogVisibility.Private, [teamA], product.Id);
        var (a, b, admin) = (await catalog.PersonAsync(UserRole.Member, teamA), await catalog.PersonAsync(UserRole.Member, teamB), await catalog.AdminAsync());
        Assert.Contains(product.Id, (await a.AskAsync($"products?catalog={shelf}").Reads()).Ids());

        await admin.PutAsync($"catalogs/{shelf}/audience", new { teamIds = new[] { teamB } }, "*").Answers(HttpStatusCode.NoContent);
        Assert.Empty((await a.AskAsync($"products?catalog={shelf}").Reads()).Ids());
        Assert.Equal([product.Id], (await b.AskAsync($"products?catalog={shelf}").Reads()).Ids());

        await admin.PutAsync($"catalogs/{shelf}", new { name = "Empty", visibility = "private" }, "*").Answers(HttpStatusCode.NoContent);
        await b.AskAsync($"products/{product.Id}").Refuses(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_repeated_creation_with_the_same_key_gets_the_first_answer()
    {
        var admin = await catalog.AdminAsync();
        var (key, body) = (Guid.NewGuid().ToString(), new { name = "Once", visibility = "public" });
        var first = await admin.PostAsync("catalogs", body, key).Answers(HttpStatusCode.Created);
        var again = await admin.PostAsync("catalogs", body, key).Answers(HttpStatusCode.Created);
        Assert.Equal((first.Headers.Location, first.Headers.ETag), (again.Headers.Location, again.Headers.ETag));
        await admin.PostAsync("catalogs", new { name = "Twice", visibility = "public" }, key).Refuses(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
    }

    [Fact]
    public async Task What_is_not_right_is_refused_naming_the_field()
    {
        var admin = await catalog.AdminAsync();
        var member = await catalog.PersonAsync(UserRole.Member);
        var body = new { name = "C", visibility = "public" };
        var shelf = $"catalogs/{await catalog.CatalogAsync(CatalogVisibility.Private, [])}";

        await catalog.Anonymous().PostAsync("catalogs", body).Refuses(HttpStatusCode.Unauthorized, "not-signed-in");
        await member.PostAsync("catalogs", body).Refuses(HttpStatusCode.Forbidden, "forbidden");
        await admin.PostAsync("catalogs", "{").Refuses(HttpStatusCode.BadRequest, "bad-json");
        await admin.PostAsync("catalogs", new { visibility = "public" }).Refuses(HttpStatusCode.BadRequest, "missing", "name");
        await admin.PostAsync("catalogs", new { name = "C", visibility = "hidden" }).Refuses(HttpStatusCode.BadRequest, "bad-json", "visibility");
        await admin.PostAsync("catalogs", new { name = "C", visibility = "public", slug = "Not A Slug" }).Refuses(HttpStatusCode.BadRequest, "invalid", "slug");
        await admin.PostAsync("catalogs", new { name = "C", visibility = "public", productIds = new[] { Guid.NewGuid() } }).Refuses(HttpStatusCode.UnprocessableEntity, "unknown-product", "productIds[0]");
        await admin.PostAsync("catalogs", new { name = "C", visibility = "public", planIds = new[] { "x" } }).Refuses(HttpStatusCode.BadRequest, "bad-json", "planIds[0]");

        await catalog.Anonymous().PutAsync(shelf, body, "*").Refuses(HttpStatusCode.Unauthorized, "not-signed-in");
        await member.PutAsync(shelf, body, "*").Refuses(HttpStatusCode.Forbidden, "forbidden");
        await admin.PutAsync($"catalogs/{Guid.NewGuid()}", body, "*").Refuses(HttpStatusCode.NotFound, "not-found");
        await admin.PutAsync(shelf, body, null).Refuses((HttpStatusCode)428, "if-match-required", "If-Match");
        await admin.PutAsync(shelf, body, "\"99\"").Refuses(HttpStatusCode.PreconditionFailed, "stale");

        var audience = new { teamIds = new[] { Guid.NewGuid() } };
        await catalog.Anonymous().PutAsync($"{shelf}/audience", audience, "*").Refuses(HttpStatusCode.Unauthorized, "not-signed-in");
        await member.PutAsync($"{shelf}/audience", audience, "*").Refuses(HttpStatusCode.Forbidden, "forbidden");
        await admin.PutAsync($"catalogs/{Guid.NewGuid()}/audience", audience, "*").Refuses(HttpStatusCode.NotFound, "not-found");
        await admin.PutAsync($"{shelf}/audience", audience, null).Refuses((HttpStatusCode)428, "if-match-required", "If-Match");
        await admin.PutAsync($"{shelf}/audience", audience, "\"99\"").Refuses(HttpStatusCode.PreconditionFailed, "stale");
        await admin.PutAsync($"{shelf}/audience", audience, "*").Refuses(HttpStatusCode.UnprocessableEntity, "unknown-team", "teamIds[0]");
        await admin.PutAsync($"{shelf}/audience", new { teamIds = new[] { Guid.CreateVersion7() } }, "*").Refuses(HttpStatusCode.Conflict, "not-yet-known");
        await admin.PutAsync($"{shelf}/audience", new { }, "*").Refuses(HttpStatusCode.BadRequest, "missing", "teamIds");
    }
}
