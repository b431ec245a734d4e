using System.Net;
using DevPortal.Contracts.Identity;
using Xunit;
using static DevPortal.Provisioning.Tests.Given;

namespace DevPortal.Provisioning.Tests;

public sealed class RejectRequestDecisionTests
{
    [Fact]
    public void A_pending_request_is_rejected_with_a_reason_and_no_other_is()
    {
        Assert.Null(RejectRequest.Refuse(Pending, Admin, App, Requester));
        Assert.Equal(new RequestRejected(Admin.Id, "Not for maps", Now), RejectRequest.Decide(new(" Not for maps "), Admin, Now));
        foreach (var other in new[] { Approved, Provisioned, Failed }) Refused(RejectRequest.Refuse(other, Admin, App, Requester), 409, "wrong-state");
    }

    [Fact]
    public void A_request_of_a_person_who_left_can_still_be_rejected() =>
        Assert.Null(RejectRequest.Refuse(Pending, Admin, App with { Deleted = true }, Requester with { Status = UserStatus.Deactivated }));
}

[Collection(RunningServiceTests.Name)]
public sealed class RejectRequestTests(RunningService service)
{
    [Fact]
    public async Task A_rejection_shows_its_reason_and_is_not_taken_back()
    {
        var (consumer, request) = await service.PendingAsync(await service.OfferingAsync());
        var admin = await service.PersonAsync(UserRole.Admin);
        var rejected = await (await admin.PostAsync($"/{request.Id}/reject", new { reason = "Not for maps" }, "\"1\"", key: "a")).ReadAsync();
        Assert.Equal((RequestState.Rejected, "Not for maps", admin.Id), (rejected.State, rejected.Decision!.Reason, rejected.Decision.By));
        Assert.Equivalent(rejected, await consumer.GetRequestAsync(request.Id));
        Assert.Equivalent(rejected, await (await admin.PostAsync($"/{request.Id}/reject", new { reason = "Not for maps" }, "\"1\"", key: "a")).ReadAsync());
        await (await admin.PostAsync($"/{request.Id}/approve", new { }, "\"2\"")).RefusedAsync(HttpStatusCode.Conflict, "wrong-state");
    }

    [Fact]
    public async Task A_rejection_needs_a_reason_an_admin_who_may_and_what_he_saw()
    {
        var (consumer, request) = await service.PendingAsync(await service.OfferingAsync());
        var admin = await service.PersonAsync(UserRole.Admin);
        using var anonymous = service.Anonymous();
        await (await anonymous.PostRequestAsync($"/{request.Id}/reject", new { reason = "x" }, "\"1\"")).RefusedAsync(HttpStatusCode.Unauthorized, "not-signed-in");
        await (await consumer.PostAsync($"/{request.Id}/reject", new { reason = "x" }, "\"1\"")).RefusedAsync(HttpStatusCode.Forbidden, "forbidden");
        await (await admin.PostAsync($"/{request.Id}/reject", new { }, "\"1\"")).RefusedAsync(HttpStatusCode.BadRequest, "missing", "reason");
        await (await admin.PostAsync($"/{request.Id}/reject", new { reason = " " }, "\"1\"")).RefusedAsync(HttpStatusCode.BadRequest, "invalid", "reason");
        await (await admin.PostAsync($"/{request.Id}/reject", new { reason = "x" })).RefusedAsync(HttpStatusCode.PreconditionRequired, "if-match-required");
        await (await admin.PostAsync($"/{request.Id}/reject", new { reason = "x" }, "\"2\"")).RefusedAsync(HttpStatusCode.PreconditionFailed, "stale");
        await (await admin.PostAsync($"/{Guid.CreateVersion7()}/reject", new { reason = "x" }, "\"1\"")).RefusedAsync(HttpStatusCode.NotFound, "not-found");

        var (_, own) = await service.PendingAsync(await service.OfferingAsync(), admin);
        await (await admin.PostAsync($"/{own.Id}/reject", new { reason = "x" }, "\"1\"")).RefusedAsync(HttpStatusCode.Forbidden, "own-request");
    }
}
