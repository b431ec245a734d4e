using System.Net;
using DevPortal.Catalog.Products;
using DevPortal.Catalog.Tyk;
using DevPortal.Contracts;
using DevPortal.Contracts.Catalog;
using Xunit;

namespace DevPortal.Catalog.Tests;

public sealed class HearPoliciesTests(RunningCatalog catalog)
{
    [Fact]
    public async Task A_new_product_is_in_no_catalog_and_seen_by_admins_alone()
    {
        var product = await catalog.ProductAsync(published: false);
        await catalog.Anonymous().AskAsync($"products/{product.Id}").Refuses(HttpStatusCode.NotFound, "not-found");
        var seen = await (await catalog.AdminAsync()).AskAsync($"products/{product.Id}?view=admin").Reads();
        Assert.Equal((product.Name, false), (seen.Text("title"), seen.GetProperty("admin").GetProperty("shown").GetBoolean()));
    }

    [Fact]
    public async Task A_policy_without_its_api_waits_with_a_warning_and_the_api_completes_it()
    {
        var product = TykThing.New("Late");
        await catalog.HearAsync(product.Product());
        var early = await catalog.Broker.ReceivedAsync<ProductChanged>(message => message.ProductId == product.Id);
        Assert.Equal("None of its APIs is there at the moment.", early.NotRequestableBecause);
        var admin = await catalog.AdminAsync();
        Assert.Contains("names the API api", (await admin.AskAsync($"products/{product.Id}?view=admin").Reads()).GetProperty("admin").GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);

        await catalog.HearAsync(product.Api());
        var complete = await catalog.Broker.ReceivedAsync<ProductChanged>(message => message.ProductId == product.Id && message.NotRequestableBecause is null);
        Assert.Equal([product.ApiStream], complete.ApiIds);
        Assert.Equal((product.Source, "org", product.PolicyId, "authToken"), (complete.Source, complete.OrgId, complete.PolicyId, complete.Authentication));
        Assert.Equal((product.Id, true), (complete.Origin.Stream, complete.Origin.Version > early.Origin.Version));
    }

    [Fact]
    public async Task An_api_that_changes_its_authentication_changes_the_products_that_contain_it()
    {
        var product = await catalog.ProductAsync();
        await catalog.HearAsync(product.Api(version: 2, authentication: ["jwt"]));
        var changed = await catalog.Broker.ReceivedAsync<ProductChanged>(message => message.ProductId == product.Id && message.Authentication == "jwt");
        Assert.Equal("It needs a JSON Web Token, which cannot be requested here yet.", changed.NotRequestableBecause);
    }

    [Fact]
    public async Task What_vanishes_is_hidden_and_returns_with_all_that_the_portal_wrote()
    {
        var product = await catalog.ProductAsync("Coming back");
        await catalog.CatalogAsync(CatalogVisibility.Public, [], product.Id);
        await catalog.Anonymous().AskAsync($"products/{product.Id}").Answers(HttpStatusCode.OK);

        await catalog.HearAsync(product.Product(version: 2, hidden: "It vanished."));
        await Poll.UntilAsync(async () => (await catalog.Anonymous().AskAsync($"products/{product.Id}")).StatusCode == HttpStatusCode.NotFound);
        var hidden = await (await catalog.AdminAsync()).AskAsync($"products/{product.Id}?view=admin").Reads();
        Assert.Equal(("Coming back", "It vanished."), (hidden.Text("title"), hidden.GetProperty("admin").Text("hiddenBecause")));

        await catalog.HearAsync(product.Product(version: 3));
        await Poll.UntilAsync(async () => (await catalog.Anonymous().AskAsync($"products/{product.Id}")).StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Any_order_and_any_number_of_deliveries_end_in_the_same_state_and_leave_no_gap()
    {
        var orders = new[] { new Random(1), new Random(2), new Random(3) };
        var ends = new List<string?>();
        foreach (var order in orders)
        {
            var product = new TykThing(Guid.NewGuid(), "Same", $"tyk-{Guid.NewGuid():N}", Guid.NewGuid());
            var second = Guid.NewGuid();
            IMessage[] messages =
            [
                product.Product(version: 1), product.Product(version: 2, hidden: "off"), product.Product(version: 3, name: "Last", apis: ["api", "second"]),
                product.Api(version: 1, authentication: ["jwt"]), product.Api(version: 2), product.Api(version: 3, hidden: "off"), product.Api(version: 4, name: "One"),
                product.Api(version: 1, apiId: "second", stream: second, authentication: ["keyless"]), product.Api(version: 2, apiId: "second", stream: second, name: "Two"),
            ];
            IMessage[] deliveries = [.. Enumerable.Repeat(messages, 3).SelectMany(all => all)];
            order.Shuffle(deliveries);
            await Task.WhenAll(deliveries.Select(catalog.Broker.PublishAsync));
            await catalog.HearAsync(messages);

            await using var session = catalog.Store.QuerySession();
            await Poll.UntilAsync(async () => await session.LoadAsync<Product>(product.Id) is { Now: { ApiIds.Length: 2, Title: "Last", NotRequestableBecause: null } });
            var end = (await session.LoadAsync<Product>(product.Id))!.Now;
            ends.Add($"{end.Title} {end.Tyk.HiddenBecause} {end.NotRequestableBecause} {end.Authentication} {string.Join(';', end.Tyk.Warnings)}");
            Assert.Equal(4, (await session.LoadAsync<KnownApi>(product.ApiStream))!.SourceVersion);
            await catalog.Broker.ReceivedAsync<ProductChanged>(message => message.ProductId == product.Id && message.ApiIds.Length == 2 && message.NotRequestableBecause is null);
        }

        Assert.Single(ends.Distinct());
    }

    [Fact]
    public async Task A_policy_that_turns_from_a_product_into_a_plan_is_hidden_as_the_one_and_there_as_the_other()
    {
        var thing = await catalog.ProductAsync();
        await catalog.HearAsync(thing.Plan(version: 2));
        var admin = await catalog.AdminAsync();
        await Poll.UntilAsync(async () => (await admin.AskAsync($"plans/{thing.Id}")).StatusCode == HttpStatusCode.OK);
        await catalog.Broker.ReceivedAsync<PlanChanged>(message => message.PlanId == thing.Id);
        await Poll.UntilAsync(async () => (await admin.AskAsync($"products/{thing.Id}?view=admin").Reads()).GetProperty("admin").Text("hiddenBecause") == "At Tyk it is a plan now.");
    }
}
