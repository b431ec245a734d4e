using System.Net;
using DevPortal.Contracts.Identity;
using Xunit;
using static DevPortal.Provisioning.Tests.Given;

namespace DevPortal.Provisioning.Tests;

public sealed class WithdrawRequestDecisionTests
{
    [Fact]
    public void Only_the_requester_withdraws_and_only_what_is_pending()
    {
        Assert.Null(WithdrawRequest.Refuse(Pending, Consumer));
        Refused(WithdrawRequest.Refuse(Pending, Admin), 403, "not-requester");
        foreach (var other in new[] { Approved, Provisioned, Failed }) Refused(WithdrawRequest.Refuse(other, Consumer), 409, "wrong-state");
    }
}

[Collection(RunningServiceTests.Name)]
public sealed class WithdrawRequestTests(RunningService service)
{
    [Fact]
    public async Task The_requester_takes_back_what_is_not_decided_and_may_ask_again()
    {
        var offering = await service.OfferingAsync();
        var (consumer, request) = await service.PendingAsync(offering);
        var withdrawn = await (await consumer.PostAsync($"/{request.Id}/withdraw", null, "\"1\"", key: "a")).ReadAsync();
        Assert.Equal((RequestState.Withdrawn, 2), (withdrawn.State, withdrawn.Version));
        Assert.Equivalent(withdrawn, await (await consumer.PostAsync($"/{request.Id}/withdraw", null, "\"1\"", key: "a")).ReadAsync());
        await (await consumer.PostAsync($"/{request.Id}/withdraw", null, "\"2\"")).RefusedAsync(HttpStatusCode.Conflict, "wrong-state");

        var again = new SubmitRequest.Input(request.AppId, [offering.Weather], offering.PlanId, "Once more");
        await (await consumer.PostAsync("", again)).ReadAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Nobody_else_withdraws_it()
    {
        var (consumer, request) = await service.PendingAsync(await service.OfferingAsync());
        var (stranger, admin) = (await service.PersonAsync(), await service.PersonAsync(UserRole.Admin));
        using var anonymous = service.Anonymous();
        await (await anonymous.PostRequestAsync($"/{request.Id}/withdraw", null, "\"1\"")).RefusedAsync(HttpStatusCode.Unauthorized, "not-signed-in");
        await (await stranger.PostAsync($"/{request.Id}/withdraw", null, "\"1\"")).RefusedAsync(HttpStatusCode.NotFound, "not-found");
        await (await admin.PostAsync($"/{request.Id}/withdraw", null, "\"1\"")).RefusedAsync(HttpStatusCode.Forbidden, "not-requester");
        await (await consumer.PostAsync($"/{request.Id}/withdraw")).RefusedAsync(HttpStatusCode.PreconditionRequired, "if-match-required");
        await (await consumer.PostAsync($"/{request.Id}/withdraw", null, "\"3\"")).RefusedAsync(HttpStatusCode.PreconditionFailed, "stale");
    }
}
