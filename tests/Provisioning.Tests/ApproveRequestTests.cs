using System.Net;
using DevPortal.Contracts.Catalog;
using DevPortal.Contracts.Identity;
using DevPortal.Contracts.Provisioning;
using Xunit;
using static DevPortal.Provisioning.Tests.Given;

namespace DevPortal.Provisioning.Tests;

public sealed class ApproveRequestDecisionTests
{
    [Fact]
    public void An_approval_grants_what_was_asked_for_until_the_plans_lifetime_ends()
    {
        Assert.Null(ApproveRequest.Refuse(Pending, Admin, App, Requester, Offered));
        var approved = ApproveRequest.Decide(Pending, new(" Fine "), Admin, Offered, Now);

        Assert.Equal((App.Id, Consumer.Id, Admin.Id, "Fine", Now), (approved.AppId, approved.RequesterId, approved.By, approved.Note, approved.OccurredAt));
        Assert.Equivalent(
            new Grant("tyk", "org", [new(Weather.Id, "policy-Weather", "Weather"), new(Maps.Id, "policy-Maps", "Maps")], Plan.Id, "plan-policy", Now.AddHours(1), "Bronze"),
            approved.Grant, strict: true);
        Assert.Null(ApproveRequest.Decide(Pending, new(null), Admin, Offered with { Plan = Plan with { KeyLifetime = null } }, Now).Grant.ExpiresAt);
    }

    [Fact]
    public void A_plans_lifetime_beyond_all_calendars_never_ends() =>
        Assert.Null(ApproveRequest.Decide(Pending, new(null), Admin, Offered with { Plan = Plan with { KeyLifetime = long.MaxValue } }, Now).Grant.ExpiresAt);

    [Fact]
    public void What_changed_since_the_submission_stops_the_approval()
    {
        Refused(ApproveRequest.Refuse(Pending, Admin, App, Requester with { Status = UserStatus.Deactivated }, Offered), 409, "requester-not-active");
        Refused(ApproveRequest.Refuse(Pending, Admin, App, null, Offered), 409, "requester-not-active");
        Refused(ApproveRequest.Refuse(Pending, Admin, App with { Deleted = true }, Requester, Offered), 409, "app-deleted");
        Refused(ApproveRequest.Refuse(Pending, Admin, App with { OwnerId = Guid.NewGuid() }, Requester, Offered), 409, "app-not-his");
        var hidden = Offered with { Catalogs = [Catalog with { Visibility = CatalogVisibility.Private, Audience = [OtherTeam] }] };
        Refused(ApproveRequest.Refuse(Pending, Admin, App, Requester, hidden), 409, "unknown-product");
        Refused(ApproveRequest.Refuse(Pending, Admin, App, Requester, Offered with { Plan = Plan with { NotAvailableBecause = "gone" } }), 409, "plan-not-available");
    }
}

[Collection(RunningServiceTests.Name)]
public sealed class ApproveRequestTests(RunningService service)
{
    [Fact]
    public async Task An_approval_is_announced_with_the_whole_grant_and_the_requests_correlation_id()
    {
        var (consumer, request) = await service.PendingAsync(await service.OfferingAsync(keyLifetime: 3600));
        var admin = await service.PersonAsync(UserRole.Admin);
        var answer = await admin.PostAsync($"/{request.Id}/approve", new { note = "Fine" }, "\"1\"", key: "a");
        var approved = await answer.ReadAsync();

        Assert.Equal((RequestState.Approved, 2), (approved.State, approved.Version));
        Assert.Equal((admin.Id, "Fine"), (approved.Decision!.By, approved.Decision.Reason));
        Assert.Equal("\"2\"", answer.Headers.ETag?.Tag);
        Assert.Equivalent(approved, await consumer.GetRequestAsync(request.Id));

        var announced = await service.Broker.ReceivedAsync<ProvisioningRequestApproved>(message => message.RequestId == request.Id);
        Assert.Equal((request.Id, 2, request.CorrelationId), (announced.Origin.Stream, announced.Origin.Version, announced.Origin.CorrelationId));
        Assert.Equal((request.AppId, consumer.Id, admin.Id), (announced.AppId, announced.RequesterId, announced.ApprovedBy));
        Assert.Equal(("tyk", "org", "plan-policy"), (announced.Grant.Source, announced.Grant.OrgId, announced.Grant.PlanPolicyId));
        Assert.Equal("policy-Weather", Assert.Single(announced.Grant.Products).PolicyId);
        Assert.Equal(announced.Origin.OccurredAt.AddHours(1), announced.Grant.ExpiresAt);
    }

    [Fact]
    public async Task The_repeat_with_the_same_key_gets_the_first_answer_also_after_the_version_moved_on()
    {
        var (_, request) = await service.PendingAsync(await service.OfferingAsync());
        var admin = await service.PersonAsync(UserRole.Admin);
        var first = await (await admin.PostAsync($"/{request.Id}/approve", new { }, "\"1\"", key: "a")).ReadAsync();
        Assert.Equivalent(first, await (await admin.PostAsync($"/{request.Id}/approve", new { }, "\"1\"", key: "a")).ReadAsync());
        await (await admin.PostAsync($"/{request.Id}/approve", new { note = "x" }, "\"1\"", key: "a")).RefusedAsync(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        await (await admin.PostAsync($"/{request.Id}/approve", new { }, "\"2\"", key: "b")).RefusedAsync(HttpStatusCode.Conflict, "wrong-state");
    }

    [Fact]
    public async Task A_decision_names_the_version_that_was_seen()
    {
        var (_, request) = await service.PendingAsync(await service.OfferingAsync());
        var admin = await service.PersonAsync(UserRole.Admin);
        await (await admin.PostAsync($"/{request.Id}/approve", new { })).RefusedAsync(HttpStatusCode.PreconditionRequired, "if-match-required", "If-Match");
        await (await admin.PostAsync($"/{request.Id}/approve", new { }, "\"7\"")).RefusedAsync(HttpStatusCode.PreconditionFailed, "stale");
    }

    [Fact]
    public async Task Only_admins_decide_and_only_what_exists()
    {
        var (consumer, request) = await service.PendingAsync(await service.OfferingAsync());
        var admin = await service.PersonAsync(UserRole.Admin);
        using var anonymous = service.Anonymous();
        await (await anonymous.PostRequestAsync($"/{request.Id}/approve", new { }, "\"1\"")).RefusedAsync(HttpStatusCode.Unauthorized, "not-signed-in");
        await (await consumer.PostAsync($"/{request.Id}/approve", new { }, "\"1\"")).RefusedAsync(HttpStatusCode.Forbidden, "forbidden");
        await (await admin.PostAsync($"/{Guid.CreateVersion7()}/approve", new { }, "\"1\"")).RefusedAsync(HttpStatusCode.NotFound, "not-found");
        await (await admin.PostAsync("/nonsense/approve", new { }, "\"1\"")).RefusedAsync(HttpStatusCode.NotFound, "not-found");
        await (await admin.PostAsync($"/{request.Id}/approve", new { note = new string('x', 2001) }, "\"1\"")).RefusedAsync(HttpStatusCode.BadRequest, "invalid", "note");
        await (await admin.PostAsync($"/{request.Id}/approve", "{\"note\":\"\\u0000\"}", "\"1\"")).RefusedAsync(HttpStatusCode.BadRequest, "invalid", "note");
    }

    [Fact]
    public async Task Nobody_decides_his_own_request_not_through_a_personal_access_token_either()
    {
        var self = await service.PersonAsync(UserRole.Admin);
        var (_, request) = await service.PendingAsync(await service.OfferingAsync(), self);
        await (await self.PostAsync($"/{request.Id}/approve", new { }, "\"1\"")).RefusedAsync(HttpStatusCode.Forbidden, "own-request");
        using var token = service.ByPersonalAccessToken(self, "admin");
        await (await token.PostRequestAsync($"/{request.Id}/approve", new { }, "\"1\"")).RefusedAsync(HttpStatusCode.Forbidden, "own-request");
    }

    [Fact]
    public async Task Who_made_the_requesters_last_link_does_not_decide()
    {
        var (maker, other) = (await service.PersonAsync(UserRole.Admin), await service.PersonAsync(UserRole.Admin));
        var (_, request) = await service.PendingAsync(await service.OfferingAsync(), await service.PersonAsync(lastLinkMadeBy: maker.Id));
        await (await maker.PostAsync($"/{request.Id}/approve", new { }, "\"1\"")).RefusedAsync(HttpStatusCode.Forbidden, "made-last-link");
        var made = await service.PersonAsync(UserRole.Admin, lastLinkMadeBy: request.RequesterId);
        await (await made.PostAsync($"/{request.Id}/approve", new { }, "\"1\"")).RefusedAsync(HttpStatusCode.Forbidden, "made-last-link");
        await (await other.PostAsync($"/{request.Id}/approve", new { }, "\"1\"")).ReadAsync();
    }

    [Fact]
    public async Task What_is_not_offered_any_more_is_not_approved()
    {
        var offering = await service.OfferingAsync();
        var (_, request) = await service.PendingAsync(offering);
        var admin = await service.PersonAsync(UserRole.Admin);
        await service.OfferAsync(Offering.Product(offering.Weather, "Weather", version: 2, because: "it has vanished at Tyk"));
        await (await admin.PostAsync($"/{request.Id}/approve", new { }, "\"1\"")).RefusedAsync(HttpStatusCode.Conflict, "product-not-requestable");
        await service.OfferAsync(Offering.Product(offering.Weather, "Weather", version: 3));
        await (await admin.PostAsync($"/{request.Id}/approve", new { }, "\"1\"")).ReadAsync();
    }

    [Fact]
    public async Task An_app_that_was_deleted_or_a_requester_who_left_gets_nothing()
    {
        var offering = await service.OfferingAsync();
        var admin = await service.PersonAsync(UserRole.Admin);
        var (consumer, request) = await service.PendingAsync(offering);
        await service.AppAsync(consumer.Id, request.AppId, version: 2, deleted: true);
        await (await admin.PostAsync($"/{request.Id}/approve", new { }, "\"1\"")).RefusedAsync(HttpStatusCode.Conflict, "app-deleted");

        (consumer, request) = await service.PendingAsync(offering);
        await service.OfferAsync(new UserChanged(RunningService.From(consumer.Id, 2), consumer.Id, UserStatus.Deactivated, UserRole.Member, Guid.Empty, [], null, 0));
        await (await admin.PostAsync($"/{request.Id}/approve", new { }, "\"1\"")).RefusedAsync(HttpStatusCode.Conflict, "requester-not-active");
    }

    [Fact]
    public async Task Of_two_admins_at_once_one_decides_a_hundred_times_and_no_gap_is_left()
    {
        var offering = await service.OfferingAsync();
        var (first, second) = (await service.PersonAsync(UserRole.Admin), await service.PersonAsync(UserRole.Admin));
        var consumer = await service.PersonAsync();
        for (var race = 0; race < 100; race++)
        {
            var (_, request) = await service.PendingAsync(offering, consumer);
            var answers = await Task.WhenAll(
                first.PostAsync($"/{request.Id}/approve", new { }, "\"1\"", key: $"{request.Id}"),
                second.PostAsync($"/{request.Id}/reject", new { reason = "No" }, "\"1\"", key: $"{request.Id}"));
            Assert.Single(answers, answer => answer.IsSuccessStatusCode);
            Assert.Single(answers, answer => answer.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict);
        }

        await service.HasNoGapAsync();
    }
}
