using System.Net;
using DevPortal.Contracts.Credentials;
using DevPortal.Contracts.Provisioning;
using Xunit;
using static DevPortal.Provisioning.Tests.Given;

namespace DevPortal.Provisioning.Tests;

public sealed class RevokeRequestDecisionTests
{
    [Fact]
    public void What_was_granted_is_revoked_once_and_nothing_else_is()
    {
        foreach (var granted in new[] { Approved, Provisioned, Failed })
        {
            Assert.Null(RevokeRequest.Refuse(granted));
            Refused(RevokeRequest.Refuse(granted.After(RevokeRequest.Decide(new("Abuse"), Admin, Now))), 409, "wrong-state");
        }

        Refused(RevokeRequest.Refuse(Pending), 409, "wrong-state");
        Refused(RevokeRequest.Refuse(Pending.After(new RequestRejected(Admin.Id, "No", Now))), 409, "wrong-state");
        Refused(RevokeRequest.Refuse(Pending.After(new RequestWithdrawn(Consumer.Id, Now))), 409, "wrong-state");
    }
}

[Collection(RunningServiceTests.Name)]
public sealed class RevokeRequestTests(RunningService service)
{
    [Fact]
    public async Task A_revocation_is_announced_and_shown_as_unconfirmed_until_the_gateway_confirms()
    {
        var (consumer, admin, request) = await service.ProvisionedAsync();
        Assert.Equal(RequestState.Provisioned, request.State);
        var answer = await (await admin.PostAsync($"/{request.Id}/revoke", new { reason = "Abuse" }, $"\"{request.Version}\"", key: "a")).ReadAsync();
        Assert.Equal(RequestState.Revoked, answer.State);
        Assert.Equal((admin.Id, "Abuse", null), (answer.Revocation!.By, answer.Revocation.Reason, answer.Revocation.ConfirmedAt));
        Assert.NotNull(answer.WaitingFor);

        var announced = await service.Broker.ReceivedAsync<ProvisioningRequestRevoked>(message => message.RequestId == request.Id);
        Assert.Equal((admin.Id, "Abuse", request.CorrelationId), (announced.RevokedBy, announced.Reason, announced.Origin.CorrelationId));

        var credential = request.Credential!.Id;
        await service.OfferAsync(RunningService.Report(request, credential, 3, CredentialStep.RevocationAsked, "The gateway does not answer."));
        var waiting = await consumer.GetRequestAsync(request.Id);
        Assert.Equal(("The gateway does not answer.", null), (waiting.WaitingFor, waiting.Revocation!.ConfirmedAt));
        var gone = RunningService.Report(request, credential, 4, CredentialStep.Revoked);
        await service.OfferAsync(gone);
        var confirmed = await consumer.GetRequestAsync(request.Id);
        Assert.Equal((RequestState.Revoked, null, gone.Origin.OccurredAt), (confirmed.State, confirmed.WaitingFor, confirmed.Revocation!.ConfirmedAt));
    }

    [Fact]
    public async Task A_revocation_before_the_key_is_there_sticks()
    {
        var (consumer, admin, request) = await service.ApprovedAsync();
        await (await admin.PostAsync($"/{request.Id}/revoke", new { reason = "Too early" }, "\"2\"")).ReadAsync();
        await service.OfferAsync(RunningService.Report(request, Guid.CreateVersion7(), 2, CredentialStep.Activated));
        Assert.Equal(RequestState.Revoked, (await consumer.GetRequestAsync(request.Id)).State);
    }

    [Fact]
    public async Task Only_an_admin_revokes_with_a_reason_and_what_he_saw()
    {
        var (consumer, admin, request) = await service.ApprovedAsync();
        using var anonymous = service.Anonymous();
        await (await anonymous.PostRequestAsync($"/{request.Id}/revoke", new { reason = "x" }, "*")).RefusedAsync(HttpStatusCode.Unauthorized, "not-signed-in");
        await (await consumer.PostAsync($"/{request.Id}/revoke", new { reason = "x" }, "*")).RefusedAsync(HttpStatusCode.Forbidden, "forbidden");
        await (await admin.PostAsync($"/{request.Id}/revoke", new { }, "*")).RefusedAsync(HttpStatusCode.BadRequest, "missing", "reason");
        await (await admin.PostAsync($"/{request.Id}/revoke", new { reason = "x" })).RefusedAsync(HttpStatusCode.PreconditionRequired, "if-match-required");
        await (await admin.PostAsync($"/{request.Id}/revoke", new { reason = "x" }, "\"1\"")).RefusedAsync(HttpStatusCode.PreconditionFailed, "stale");
        await (await admin.PostAsync($"/{Guid.CreateVersion7()}/revoke", new { reason = "x" }, "*")).RefusedAsync(HttpStatusCode.NotFound, "not-found");
    }
}
