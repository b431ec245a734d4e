using System.Net;
using DevPortal.Contracts.Catalog;
using DevPortal.Contracts.Credentials;
using Xunit;
using static DevPortal.Provisioning.Tests.Given;

namespace DevPortal.Provisioning.Tests;

public sealed class SubmitRequestDecisionTests
{
    [Fact]
    public void What_is_offered_to_him_is_kept_as_it_is_offered()
    {
        Assert.Null(SubmitRequest.Refuse(Input, Consumer, App, Offered));
        var submitted = SubmitRequest.Decide(Input with { Reason = "  Because \n" }, Consumer, App, Offered, Guid.CreateVersion7(), Now);

        Assert.Equal(["policy-Weather", "policy-Maps"], submitted.Products.Select(product => product.PolicyId));
        Assert.Equal(new OfferedPlan(Plan.Id, "Bronze", "plan-policy", 5, 60, 1000, 86400, 3600), submitted.Plan);
        Assert.Equal((Catalog.Id, Consumer.Id, "Because", Now), (submitted.CatalogId, submitted.By, submitted.Reason, submitted.OccurredAt));
        Assert.NotEqual(Guid.Empty, submitted.CorrelationId);
    }

    [Fact]
    public void An_app_that_is_not_there_and_one_of_another_are_refused_alike()
    {
        Refused(SubmitRequest.Refuse(Input, Consumer, null, Offered), 422, "unknown-app", "appId");
        Refused(SubmitRequest.Refuse(Input, Consumer, App with { OwnerId = Admin.Id }, Offered), 422, "unknown-app", "appId");
        Refused(SubmitRequest.Refuse(Input, Consumer, App with { Deleted = true }, Offered), 422, "app-deleted", "appId");
    }

    [Fact]
    public void A_product_is_named_once() => Refused(
        SubmitRequest.Refuse(Input with { ProductIds = [Weather.Id, Weather.Id] }, Consumer, App, Offered), 422, "product-named-twice", "productIds");

    [Fact]
    public void The_same_again_is_refused_while_the_first_is_open_and_names_it()
    {
        foreach (var open in new[] { Pending, Approved, Provisioned, Failed })
        {
            Assert.True(open.IsOpen);
            var refusal = SubmitRequest.RefuseRepeated(Input, [open], Now);
            Refused(refusal, 409, "already-requested");
            Assert.Equal(open.Id, refusal!.Existing);
        }

        Assert.Null(SubmitRequest.RefuseRepeated(Input with { PlanId = Guid.NewGuid() }, [Pending], Now));
        Assert.Null(SubmitRequest.RefuseRepeated(Input with { ProductIds = [Guid.NewGuid()] }, [Pending], Now));
    }

    [Fact]
    public void What_was_granted_is_asked_for_again_when_the_grant_has_ended()
    {
        var end = Provisioned.Granted!.ExpiresAt!.Value;
        Assert.NotNull(SubmitRequest.RefuseRepeated(Input, [Provisioned], end.AddTicks(-1)));
        Assert.Null(SubmitRequest.RefuseRepeated(Input, [Provisioned], end));
    }

    [Fact]
    public void What_was_decided_against_or_revoked_leaves_the_way_free()
    {
        Assert.False(Pending.After(new RequestRejected(Admin.Id, "No", Now)).IsOpen);
        Assert.False(Pending.After(new RequestWithdrawn(Consumer.Id, Now)).IsOpen);
        Assert.False(Provisioned.After(new RequestRevoked(Admin.Id, "Abuse", Now)).IsOpen);
        Assert.False(Provisioned.After(Report(3, CredentialStep.RevocationAsked)).IsOpen);
        Assert.False(Provisioned.After(Report(4, CredentialStep.Revoked)).IsOpen);
    }
}

public sealed class OfferTests
{
    static readonly Guid[] Teams = [Team];

    [Fact]
    public void What_one_visible_catalog_holds_is_offered() => Assert.Null(Offered.Refuse(Teams));

    [Fact]
    public void A_private_catalog_is_for_its_audience_only()
    {
        var hidden = Catalog with { Visibility = CatalogVisibility.Private, Audience = [OtherTeam] };
        Refused(OfferOf([Weather], Plan, hidden).Refuse(Teams), 422, "unknown-product", "productIds");
        Refused(OfferOf([Weather], Plan, hidden with { Audience = [] }).Refuse(Teams), 422, "unknown-product", "productIds");
        Assert.Null(OfferOf([Weather], Plan, hidden with { Audience = [OtherTeam, Team] }).Refuse(Teams));
    }

    [Fact]
    public void A_product_that_does_not_exist_and_one_in_no_catalog_are_refused_alike()
    {
        Refused((Offered with { Products = [Weather] }).Refuse(Teams), 422, "unknown-product", "productIds");
        Refused(OfferOf([Weather], Plan, Catalog with { ProductIds = [] }).Refuse(Teams), 422, "unknown-product", "productIds");
    }

    [Fact]
    public void A_product_that_can_not_be_requested_is_refused_with_the_reason()
    {
        Refused(OfferOf([Weather with { Published = false }], Plan, Catalog).Refuse(Teams), 422, "product-not-published", "productIds");
        var refusal = OfferOf([Weather with { NotRequestableBecause = "it has vanished at Tyk" }], Plan, Catalog).Refuse(Teams);
        Refused(refusal, 422, "product-not-requestable", "productIds");
        Assert.Contains("it has vanished at Tyk", refusal!.Detail, StringComparison.Ordinal);
        Refused(OfferOf([Weather with { PolicyId = null, Source = null }], Plan, Catalog).Refuse(Teams), 422, "product-not-requestable", "productIds");
    }

    [Fact]
    public void A_plan_that_is_not_there_or_not_available_is_refused()
    {
        Refused(OfferOf([Weather], null, Catalog).Refuse(Teams), 422, "unknown-plan", "planId");
        Refused(OfferOf([Weather], Plan, Catalog with { PlanIds = [] }).Refuse(Teams), 422, "unknown-plan", "planId");
        var refusal = OfferOf([Weather], Plan with { NotAvailableBecause = "inactive" }, Catalog).Refuse(Teams);
        Refused(refusal, 422, "plan-not-available", "planId");
        Assert.Contains("inactive", refusal!.Detail, StringComparison.Ordinal);
        Refused(OfferOf([Weather], Plan with { OrgId = "other" }, Catalog).Refuse(Teams), 422, "plan-of-another-source", "planId");
    }

    [Fact]
    public void One_key_can_not_open_products_of_two_gateways_organisations_or_kinds_of_credential()
    {
        Refused(OfferOf([Weather, Maps with { Source = "other" }], Plan, Catalog).Refuse(Teams), 422, "mixed-sources", "productIds");
        Refused(OfferOf([Weather, Maps with { OrgId = "other" }], Plan, Catalog).Refuse(Teams), 422, "mixed-sources", "productIds");
        Refused(OfferOf([Weather, Maps with { Authentication = "jwt" }], Plan, Catalog).Refuse(Teams), 422, "mixed-authentication", "productIds");
    }

    [Fact]
    public void Products_and_plan_must_be_in_one_catalog()
    {
        var (first, second) = (Catalog with { ProductIds = [Weather.Id] }, Catalog with { Id = Guid.NewGuid(), ProductIds = [Maps.Id] });
        Refused(OfferOf([Weather, Maps], Plan, first, second).Refuse(Teams), 422, "not-in-one-catalog", "productIds");
        Refused(OfferOf([Weather, Maps], Plan, Catalog with { PlanIds = [] }, second).Refuse(Teams), 422, "plan-not-offered", "planId");
    }

    [Fact]
    public void A_catalog_that_he_names_must_be_his_to_see_and_hold_it_all()
    {
        var other = Catalog with { Id = Guid.NewGuid(), ProductIds = [Weather.Id] };
        Assert.Equal(Catalog.Id, (OfferOf([Weather], Plan, other, Catalog) with { CatalogId = Catalog.Id }).Catalog(Teams)!.Id);
        Refused((Offered with { CatalogId = Guid.NewGuid() }).Refuse(Teams), 422, "unknown-catalog", "catalogId");
        Refused((OfferOf([Weather, Maps], Plan, other, Catalog) with { CatalogId = other.Id }).Refuse(Teams), 422, "not-in-one-catalog", "productIds");
    }
}

[Collection(RunningServiceTests.Name)]
public sealed class SubmitRequestTests(RunningService service)
{
    [Fact]
    public async Task A_consumer_asks_for_what_his_teams_may_see()
    {
        var offering = await service.OfferingAsync(team: Guid.NewGuid());
        var consumer = await service.PersonAsync(teams: [offering.Team!.Value]);
        var app = await service.AppAsync(consumer.Id);
        var answer = await consumer.PostAsync("", new SubmitRequest.Input(app, [offering.Weather, offering.Maps], offering.PlanId, "For the storm page"));
        var request = await answer.ReadAsync(HttpStatusCode.Created);

        Assert.Equal($"/api/provisioning/requests/{request.Id}", answer.Headers.Location?.OriginalString);
        Assert.Equal("\"1\"", answer.Headers.ETag?.Tag);
        Assert.Equal((RequestState.Pending, app, consumer.Id, "For the storm page"), (request.State, request.AppId, request.RequesterId, request.Reason));
        Assert.Equal(["Weather", "Maps"], request.Products.Select(product => product.Title));
        Assert.Equivalent(request, await consumer.GetRequestAsync(request.Id));
    }

    [Fact]
    public async Task Without_a_token_nothing_is_asked_for()
    {
        using var anonymous = service.Anonymous();
        await (await anonymous.PostRequestAsync("", new { })).RefusedAsync(HttpStatusCode.Unauthorized, "not-signed-in");
    }

    [Fact]
    public async Task Another_persons_app_and_a_product_for_other_teams_do_not_exist()
    {
        var (open, hidden) = (await service.OfferingAsync(), await service.OfferingAsync(team: Guid.NewGuid()));
        var consumer = await service.PersonAsync();
        var (his, foreign) = (await service.AppAsync(consumer.Id), await service.AppAsync(Guid.NewGuid()));

        var offered = new SubmitRequest.Input(foreign, [open.Weather], open.PlanId, "Reason");
        await (await consumer.PostAsync("", offered)).RefusedAsync(HttpStatusCode.UnprocessableEntity, "unknown-app", "appId");
        await (await consumer.PostAsync("", offered with { AppId = Guid.NewGuid() })).RefusedAsync(HttpStatusCode.UnprocessableEntity, "unknown-app", "appId");
        await (await consumer.PostAsync("", offered with { AppId = his, ProductIds = [hidden.Weather] })).RefusedAsync(HttpStatusCode.UnprocessableEntity, "unknown-product", "productIds");
        await (await consumer.PostAsync("", offered with { AppId = his, PlanId = hidden.PlanId })).RefusedAsync(HttpStatusCode.UnprocessableEntity, "unknown-plan", "planId");
        await (await consumer.PostAsync("", offered with { AppId = his, CatalogId = hidden.CatalogId })).RefusedAsync(HttpStatusCode.UnprocessableEntity, "unknown-catalog", "catalogId");
    }

    [Fact]
    public async Task A_reference_that_has_just_been_made_is_waited_for()
    {
        var offering = await service.OfferingAsync();
        var consumer = await service.PersonAsync();
        var app = Guid.CreateVersion7();
        var asking = consumer.PostAsync("", new SubmitRequest.Input(app, [offering.Weather], offering.PlanId, "Reason"));
        await Task.WhenAny(asking, service.AppAsync(consumer.Id, app));
        await (await asking).ReadAsync(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("app")]
    [InlineData("product")]
    [InlineData("plan")]
    [InlineData("catalog")]
    public async Task A_young_reference_that_does_not_come_is_not_yet_known(string what)
    {
        var offering = await service.OfferingAsync();
        var consumer = await service.PersonAsync();
        var young = Guid.CreateVersion7();
        var input = new SubmitRequest.Input(await service.AppAsync(consumer.Id), [offering.Weather], offering.PlanId, "Reason", offering.CatalogId);
        var answer = await consumer.PostAsync("", what switch
        {
            "app" => input with { AppId = young },
            "product" => input with { ProductIds = [young] },
            "plan" => input with { PlanId = young },
            _ => input with { CatalogId = young },
        });
        await answer.RefusedAsync(HttpStatusCode.Conflict, "not-yet-known");
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Many_who_wait_for_young_references_with_a_key_keep_nobody_else_waiting_for_a_connection()
    {
        var offering = await service.OfferingAsync();
        var (consumer, other) = (await service.PersonAsync(), await service.PersonAsync());
        var waiting = Task.WhenAll(Enumerable.Range(0, 200).Select(i =>
            consumer.PostAsync("", new SubmitRequest.Input(Guid.CreateVersion7(), [offering.Weather], offering.PlanId, "Reason"), key: $"{i}")));
        // The pool has 20 connections and gives up after 10 s: were each held for 2 s, the last of these would get none.
        while (!waiting.IsCompleted) Assert.Equal(HttpStatusCode.OK, (await other.Http.GetAsync("/api/provisioning/requests")).StatusCode);
        foreach (var answer in await waiting) await answer.RefusedAsync(HttpStatusCode.Conflict, "not-yet-known");
    }

    [Fact]
    public async Task The_repeat_with_the_same_key_gets_the_first_answer()
    {
        var offering = await service.OfferingAsync();
        var consumer = await service.PersonAsync();
        var input = new SubmitRequest.Input(await service.AppAsync(consumer.Id), [offering.Weather], offering.PlanId, "Reason");
        var first = await consumer.PostAsync("", input, key: "a");
        var second = await consumer.PostAsync("", input, key: "a");

        Assert.Equivalent(await first.ReadAsync(HttpStatusCode.Created), await second.ReadAsync(HttpStatusCode.Created));
        Assert.Equal((first.Headers.Location, first.Headers.ETag), (second.Headers.Location, second.Headers.ETag));
        await (await consumer.PostAsync("", input with { Reason = "Another" }, key: "a")).RefusedAsync(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
    }

    [Fact]
    public async Task Of_many_equal_requests_at_once_one_is_made()
    {
        var offering = await service.OfferingAsync();
        var consumer = await service.PersonAsync();
        var input = new SubmitRequest.Input(await service.AppAsync(consumer.Id), [offering.Weather], offering.PlanId, "Reason");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => consumer.PostAsync("", input, key: $"{i}")));

        var made = await Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created).ReadAsync(HttpStatusCode.Created);
        foreach (var refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
            Assert.Equal(made.Id, (await refused.RefusedAsync(HttpStatusCode.Conflict, "already-requested")).GetProperty("existing").GetGuid());
    }

    [Theory]
    [InlineData("{", "bad-json", null)]
    [InlineData("[]", "bad-json", null)]
    [InlineData("null", null, null)]
    [InlineData("""{"productIds":[],"planId":"ID","reason":"x"}""", "missing", "appId")]
    [InlineData("""{"appId":"nonsense","productIds":["ID"],"planId":"ID","reason":"x"}""", "bad-json", "appId")]
    [InlineData("""{"appId":"ID","productIds":"ID","planId":"ID","reason":"x"}""", "bad-json", "productIds")]
    [InlineData("""{"appId":"ID","productIds":null,"planId":"ID","reason":"x"}""", "bad-json", "productIds")]
    [InlineData("""{"appId":"ID","productIds":[],"planId":"ID","reason":"x"}""", "invalid", "productIds")]
    [InlineData("""{"appId":"ID","productIds":["ID"],"planId":"ID"}""", "missing", "reason")]
    [InlineData("""{"appId":"ID","productIds":["ID"],"planId":"ID","reason":null}""", "bad-json", "reason")]
    [InlineData("""{"appId":"ID","productIds":["ID"],"planId":"ID","reason":" "}""", "invalid", "reason")]
    [InlineData("""{"appId":"ID","productIds":["ID"],"planId":"ID","reason":"\u0000"}""", "invalid", "reason")]
    [InlineData("""{"appId":"ID","productIds":["ID"],"planId":"ID","reason":"\ud800"}""", null, null)]
    public async Task Bad_input_is_refused_and_named(string body, string? code, string? field)
    {
        var consumer = await service.PersonAsync();
        var answer = await consumer.PostAsync("", body.Replace("ID", Guid.NewGuid().ToString(), StringComparison.Ordinal));
        if (code is null) Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        else await answer.RefusedAsync(HttpStatusCode.BadRequest, code, field);
    }

    [Fact]
    public async Task Too_much_is_refused_and_named()
    {
        var consumer = await service.PersonAsync();
        var input = new SubmitRequest.Input(Guid.NewGuid(), [Guid.NewGuid()], Guid.NewGuid(), "Reason");
        await (await consumer.PostAsync("", input with { Reason = new('x', 2001) })).RefusedAsync(HttpStatusCode.BadRequest, "invalid", "reason");
        await (await consumer.PostAsync("", input with { ProductIds = [.. Enumerable.Range(0, 21).Select(_ => Guid.NewGuid())] })).RefusedAsync(HttpStatusCode.BadRequest, "invalid", "productIds");
    }
}
