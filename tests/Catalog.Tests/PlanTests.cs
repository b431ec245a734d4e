using System.Net;
using DevPortal.Contracts.Catalog;
using DevPortal.Contracts.Identity;
using Xunit;

namespace DevPortal.Catalog.Tests;

public sealed class PlanTests(RunningCatalog catalog)
{
    [Fact]
    public async Task A_plan_is_seen_where_a_catalog_shows_it_with_its_limits_and_texts()
    {
        var team = await catalog.TeamAsync();
        var plan = await catalog.PlanAsync();
        await catalog.CatalogAsync(CatalogVisibility.Private, [team], [], [plan.Id]);
        var admin = await catalog.AdminAsync();
        var tag = (await admin.AskAsync($"plans/{plan.Id}").Answers(HttpStatusCode.OK)).Headers.ETag!.ToString();
        await admin.PutAsync($"plans/{plan.Id}", new { title = "Bronze plan", price = "free", description = "**five** a minute" }, tag).Answers(HttpStatusCode.NoContent);

        var member = await catalog.PersonAsync(UserRole.Member, team);
        var seen = await member.AskAsync($"plans/{plan.Id}").Reads();
        Assert.Equal(("Bronze plan", "free", "**five** a minute"), (seen.Text("title"), seen.Text("price"), seen.Text("description")));
        Assert.Equal((5, 60, 1000, 3600), (seen.GetProperty("rate").GetInt32(), seen.GetProperty("per").GetInt32(), seen.GetProperty("quota").GetInt32(), seen.GetProperty("keyLifetime").GetInt32()));
        Assert.Contains(plan.Id, (await member.AskAsync("plans?limit=100").Reads()).Ids());
        await catalog.Anonymous().AskAsync($"plans/{plan.Id}").Refuses(HttpStatusCode.NotFound, "not-found");
        Assert.DoesNotContain(plan.Id, (await catalog.Anonymous().AskAsync("plans?limit=100").Reads()).Ids());

        var said = await catalog.Broker.ReceivedAsync<PlanChanged>(message => message.PlanId == plan.Id && message.Title == "Bronze plan");
        Assert.Equal((plan.PolicyId, 5d, 1000L, 3600L, null), (said.PolicyId, said.Rate, said.Quota, said.KeyLifetime, said.NotAvailableBecause));
    }

    [Fact]
    public async Task A_plan_that_vanishes_is_not_available()
    {
        var plan = await catalog.PlanAsync();
        await catalog.CatalogAsync(CatalogVisibility.Public, [], [], [plan.Id]);
        await catalog.HearAsync(plan.Plan(version: 2, hidden: "It vanished."));
        await catalog.Broker.ReceivedAsync<PlanChanged>(message => message.PlanId == plan.Id && message.NotAvailableBecause is not null);
        await catalog.Anonymous().AskAsync($"plans/{plan.Id}").Refuses(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Only_admins_who_saw_the_present_state_write()
    {
        var plan = await catalog.PlanAsync();
        var (path, body) = ($"plans/{plan.Id}", new { title = "Bronze" });
        var admin = await catalog.AdminAsync();
        await catalog.Anonymous().PutAsync(path, body, "*").Refuses(HttpStatusCode.Unauthorized, "not-signed-in");
        await (await catalog.PersonAsync(UserRole.Member)).PutAsync(path, body, "*").Refuses(HttpStatusCode.Forbidden, "forbidden");
        await admin.PutAsync($"plans/{Guid.NewGuid()}", body, "*").Refuses(HttpStatusCode.NotFound, "not-found");
        await admin.PutAsync(path, body, null).Refuses((HttpStatusCode)428, "if-match-required", "If-Match");
        await admin.PutAsync(path, body, "\"999\"").Refuses(HttpStatusCode.PreconditionFailed, "stale");
        await admin.PutAsync(path, new { title = "two\nlines" }, "*").Refuses(HttpStatusCode.UnprocessableEntity, "control-characters", "title");
        await admin.PutAsync(path, new { price = "free" }, "*").Refuses(HttpStatusCode.BadRequest, "missing", "title");
    }
}
