using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;
using Xunit;

namespace DevPortal.SystemTests;

public sealed class FromNothingTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_empty_portal_leads_from_the_bootstrap_token_to_the_key_of_a_second_person()
    {
        await using var portal = await Portal.StartAsync("from-nothing", Ct, options => options with { Fill = false });
        var http = portal.Http;

        var first = await WelcomeAsync(portal, "first@provider.example");
        await AgainstASecondFirstAdminAsync(portal);
        var provider = await Newcomer.InviteAsync(http, first.Portal, "admin", first.Me.Organization.Id, first.Me.Teams[0].Id, Ct);
        var company = await first.Portal.PostAsync<Named>("/api/identity/organizations", new { name = "A company" }, Ct);
        var team = await first.Portal.PostAsync<Team>("/api/identity/teams", new { name = "A team", organizationId = company.Id }, Ct);
        var second = (await Newcomer.InviteAsync(http, first.Portal, "member", company.Id, team.Id, Ct)).Actor;

        var (product, plan) = await PublishAsync(first.Portal, team.Id);
        Assert.Contains(await second.Portal.ListAsync<Product>("/api/catalog/products", Ct), seen => seen.Id == product.Id);
        Assert.DoesNotContain(await new PortalClient(http).ListAsync<Product>("/api/catalog/products", Ct), seen => seen.Id == product.Id);

        var app = await second.Portal.CreateAppAsync("A program", Ct);
        var request = await second.Portal.RequestAccessAsync(app.Id, product.Id, plan.Id, "For the program.", Ct);
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => first.Portal.ApproveAsync(request.Id, "He could be me.", Ct));
        Assert.Equal(403, (int)refusal.Status);
        await provider.Actor.Portal.ApproveAsync(request.Id, "Welcome.", Ct);
        var provisioned = await second.Portal.UntilProvisionedAsync(request.Id, Asking.Patience, Ct);
        var key = await second.Portal.RevealAsync(provisioned.Credential!.Id, Ct);

        using var tyk = new TykCaller(null);
        var page = await second.Portal.GetAsync<ProductPage>($"/api/catalog/products/{product.Id}", Ct);
        var url = await tyk.AddressOfAsync(second.Portal, page, Ct);
        Assert.Equal(200, await tyk.CallAsync(url, key.Key, Ct));
        Assert.Equal(403, await tyk.CallAsync(url, "made-up-0123456789", Ct));
        await portal.Broker.UntilQuietAsync(Ct);
    }

    static async Task<Actor> WelcomeAsync(Portal portal, string email)
    {
        const string password = "the-first-password-4711";
        var browser = new Browser(portal.Http);
        var page = await browser.OpenAsync("/welcome", Ct);
        Assert.Equal(401, (int)(await browser.SubmitAsync(page, Fields("a guess"), Ct)).Status);
        var welcomed = await browser.SubmitAsync(page, Fields((await File.ReadAllTextAsync(portal.Run.State.BootstrapToken, Ct)).Trim()), Ct);
        Assert.Equal(302, (int)welcomed.Status);
        return await Newcomer.SignInAsync(portal.Http, email, password, Ct);

        Dictionary<string, string> Fields(string token) => new() { ["token"] = token, ["name"] = "First", ["email"] = email, ["password"] = password };
    }

    static async Task AgainstASecondFirstAdminAsync(Portal portal) =>
        Assert.Equal(404, (int)(await new Browser(portal.Http).OpenAsync("/welcome", Ct)).Status);

    /// <summary>Gives a product and a plan that the first sync found their texts, and puts them into a private catalog of the team.</summary>
    static async Task<(Product, Plan)> PublishAsync(PortalClient admin, Guid team)
    {
        var product = await Eventually.UntilAsync(
            async () => (await admin.ListAsync<Product>("/api/catalog/products?view=admin", Ct)).FirstOrDefault(found => found.Admin?.PolicyId == "weather-forecasts"),
            found => found is not null, Asking.Patience, "the sync has found the weather forecasts", Ct);
        var plan = await Eventually.UntilAsync(
            async () => (await admin.ListAsync<Plan>("/api/catalog/plans?view=admin", Ct)).FirstOrDefault(found => found.Admin?.PolicyId == "plan-standard"),
            found => found is not null, Asking.Patience, "the sync has found the standard plan", Ct);

        var seen = await admin.GetTaggedAsync<ProductPage>($"/api/catalog/products/{product!.Id}", Ct);
        await admin.PutAsync(
            $"/api/catalog/products/{product.Id}",
            new { title = "Weather", summary = "Tomorrow's.", description = "*Mostly* right.", tags = new[] { "weather" }, published = true }, seen.ETag, Ct);
        var tagged = await admin.GetTaggedAsync<Plan>($"/api/catalog/plans/{plan!.Id}", Ct);
        await admin.PutAsync($"/api/catalog/plans/{plan.Id}", new { title = "Standard", price = "Free", description = "For all." }, tagged.ETag, Ct);

        var catalog = await admin.PostAsync<Catalog>(
            "/api/catalog/catalogs", new { name = "For one team", slug = "one-team", visibility = "private", productIds = new[] { product.Id }, planIds = new[] { plan.Id } }, Ct);
        var shelf = await admin.GetTaggedAsync<Catalog>($"/api/catalog/catalogs/{catalog.Id}", Ct);
        await admin.PutAsync($"/api/catalog/catalogs/{catalog.Id}/audience", new { teamIds = new[] { team } }, shelf.ETag, Ct);
        return (product, plan);
    }
}
