using System.Net;
using DevPortal.Contracts.Provisioning;
using Xunit;
using static DevPortal.Provisioning.Tests.Given;

namespace DevPortal.Provisioning.Tests;

public sealed class RetryRequestDecisionTests
{
    [Fact]
    public void Only_what_the_gateway_refused_is_tried_again()
    {
        Assert.Null(RetryRequest.Refuse(Failed, Admin, App, Requester));
        Refused(RetryRequest.Refuse(Failed, Admin, App with { Deleted = true }, Requester), 409, "app-deleted");
        foreach (var other in new[] { Pending, Approved, Provisioned, Failed.After(new RetryAsked(Admin.Id, Now)) })
            Refused(RetryRequest.Refuse(other, Admin, App, Requester), 409, "wrong-state");
    }
}

[Collection(RunningServiceTests.Name)]
public sealed class RetryRequestTests(RunningService service)
{
    [Fact]
    public async Task A_retry_is_announced_and_the_request_waits_again()
    {
        var (_, admin, failed) = await service.FailedAsync();
        Assert.Equal((RequestState.ProvisioningFailed, "400: the policy is not known"), (failed.State, failed.Credential!.Reason));
        var retried = await (await admin.PostAsync($"/{failed.Id}/retry", null, $"\"{failed.Version}\"", key: "a")).ReadAsync();
        Assert.Equal((RequestState.Approved, failed.Version + 1), (retried.State, retried.Version));

        var announced = await service.Broker.ReceivedAsync<ProvisioningRequestRetried>(message => message.RequestId == failed.Id);
        Assert.Equal((admin.Id, failed.CorrelationId, retried.Version), (announced.RetriedBy, announced.Origin.CorrelationId, announced.Origin.Version));
        Assert.Equivalent(retried, await (await admin.PostAsync($"/{failed.Id}/retry", null, $"\"{failed.Version}\"", key: "a")).ReadAsync());
        await (await admin.PostAsync($"/{failed.Id}/retry", null, $"\"{retried.Version}\"", key: "b")).RefusedAsync(HttpStatusCode.Conflict, "wrong-state");
    }

    [Fact]
    public async Task Only_an_admin_retries_what_he_saw()
    {
        var (consumer, admin, failed) = await service.FailedAsync();
        using var anonymous = service.Anonymous();
        await (await anonymous.PostRequestAsync($"/{failed.Id}/retry", null, "*")).RefusedAsync(HttpStatusCode.Unauthorized, "not-signed-in");
        await (await consumer.PostAsync($"/{failed.Id}/retry", null, "*")).RefusedAsync(HttpStatusCode.Forbidden, "forbidden");
        await (await admin.PostAsync($"/{failed.Id}/retry")).RefusedAsync(HttpStatusCode.PreconditionRequired, "if-match-required");
        await (await admin.PostAsync($"/{failed.Id}/retry", null, "\"1\"")).RefusedAsync(HttpStatusCode.PreconditionFailed, "stale");
        await (await admin.PostAsync($"/{Guid.CreateVersion7()}/retry", null, "*")).RefusedAsync(HttpStatusCode.NotFound, "not-found");
    }
}
