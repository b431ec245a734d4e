using System.Net;
using DevPortal.Contracts;
using Xunit;

namespace DevPortal.Provisioning.Tests;

[Collection(RunningServiceTests.Name)]
public sealed class HearCatalogsTests(RunningService service)
{
    [Fact]
    public async Task The_later_version_of_everything_stays_whatever_arrives_last()
    {
        var offering = await service.OfferingAsync();
        await service.OfferAsync(
            offering.Catalog(version: 5, without: offering.Maps), offering.Catalog(version: 4),
            Offering.Product(offering.Weather, "Weather", version: 5, because: "late"), Offering.Product(offering.Weather, "Weather", version: 2),
            offering.Plan(version: 3, because: "late"), offering.Plan(version: 2));

        await using var session = service.Store.QuerySession();
        Assert.Equal([offering.Weather], (await session.LoadAsync<KnownCatalog>(offering.CatalogId))!.ProductIds);
        Assert.Equal("late", (await session.LoadAsync<KnownProduct>(offering.Weather))!.NotRequestableBecause);
        Assert.Equal("late", (await session.LoadAsync<KnownPlan>(offering.PlanId))!.NotAvailableBecause);
    }

    [Fact]
    public async Task Versions_that_arrive_together_leave_the_latest()
    {
        var offering = await service.OfferingAsync();
        IMessage[] versions = [.. Enumerable.Range(2, 30).Select(version => Offering.Product(offering.Weather, $"Weather {version}", version))];
        Random.Shared.Shuffle(versions);
        await Task.WhenAll(versions.Concat(versions).Select(service.Broker.PublishAsync));
        await service.OfferAsync(versions);
        await service.IsIdleAsync();

        await using var session = service.Store.QuerySession();
        Assert.Equal("Weather 31", (await session.LoadAsync<KnownProduct>(offering.Weather))!.Title);
    }

    [Fact]
    public async Task What_a_catalog_stops_to_publish_can_not_be_requested_any_more()
    {
        var offering = await service.OfferingAsync();
        var consumer = await service.PersonAsync();
        var input = new SubmitRequest.Input(await service.AppAsync(consumer.Id), [offering.Weather], offering.PlanId, "Reason");
        await service.OfferAsync(offering.Catalog(2, offering.PlanId));
        await (await consumer.PostAsync("", input)).RefusedAsync(HttpStatusCode.UnprocessableEntity, "unknown-plan", "planId");
        await service.OfferAsync(offering.Catalog(3, offering.Weather));
        await (await consumer.PostAsync("", input)).RefusedAsync(HttpStatusCode.UnprocessableEntity, "unknown-product", "productIds");
    }
}
