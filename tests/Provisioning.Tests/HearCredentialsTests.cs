using DevPortal.Contracts.Credentials;
using Xunit;

namespace DevPortal.Provisioning.Tests;

[Collection(RunningServiceTests.Name)]
public sealed class HearCredentialsTests(RunningService service)
{
    [Fact]
    public async Task A_request_shows_what_it_waits_for_and_keeps_the_receipt()
    {
        var (consumer, _, request) = await service.ApprovedAsync();
        var credential = Guid.CreateVersion7();
        await service.OfferAsync(RunningService.Report(request, credential, 1, CredentialStep.Waiting, "The policy of the plan is not at the gateway."));
        var waiting = await consumer.GetRequestAsync(request.Id);
        Assert.Equal((RequestState.Approved, "The policy of the plan is not at the gateway."), (waiting.State, waiting.WaitingFor));

        var activated = RunningService.Report(request, credential, 2, CredentialStep.Activated);
        await service.OfferAsync(activated);
        var provisioned = await consumer.GetRequestAsync(request.Id);
        Assert.Equal((RequestState.Provisioned, null, credential), (provisioned.State, provisioned.WaitingFor, provisioned.Credential!.Id));
        Assert.Equivalent(activated.Receipt, provisioned.Credential.Receipt);
    }

    [Fact]
    public async Task Reports_in_every_order_and_twice_end_in_the_same_state()
    {
        CredentialStep[] flow = [CredentialStep.Issued, CredentialStep.Waiting, CredentialStep.Activated, CredentialStep.RotationStarted];
        var offering = await service.OfferingAsync();
        await Parallel.ForEachAsync(RequestStatesTests.Permutations(new[] { 1, 2, 3, 4 }), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (order, _) =>
        {
            var (consumer, _, request) = await service.ApprovedAsync(offering);
            var credential = Guid.CreateVersion7();
            var reports = order.Select(version => RunningService.Report(request, credential, version, flow[version - 1])).ToArray();
            await service.OfferAsync([.. reports, .. reports]);
            var end = await consumer.GetRequestAsync(request.Id);
            Assert.Equal((RequestState.Provisioned, CredentialState.Rotating), (end.State, end.Credential!.State));
        });
    }

    [Fact]
    public async Task A_thousand_duplicates_at_once_are_kept_once_and_leave_no_gap()
    {
        var (consumer, _, request) = await service.ApprovedAsync();
        var credential = Guid.CreateVersion7();
        var reports = Enumerable.Range(1, 4).Select(version => RunningService.Report(request, credential, version, CredentialStep.Waiting, $"{version}")).ToArray();
        await Parallel.ForAsync(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) => await service.Broker.PublishAsync(reports[i % 4]));
        await service.IsIdleAsync();

        Assert.Equal(("4", 6), ((await consumer.GetRequestAsync(request.Id)).WaitingFor, (await consumer.GetRequestAsync(request.Id)).Version));
        await using var session = service.Store.QuerySession();
        Assert.Equal(6, (await session.Events.FetchStreamAsync(request.Id)).Count);
        await service.HasNoGapAsync();
    }

    [Fact]
    public async Task A_decision_and_reports_at_the_same_instant_lose_nothing()
    {
        var offering = await service.OfferingAsync();
        for (var race = 0; race < 20; race++)
        {
            var (consumer, admin, request) = await service.ApprovedAsync(offering);
            var credential = Guid.CreateVersion7();
            var reporting = service.OfferAsync(
                RunningService.Report(request, credential, 1, CredentialStep.Issued), RunningService.Report(request, credential, 2, CredentialStep.Activated));
            var revoking = Poll.UntilAsync(async () => (await admin.PostAsync($"/{request.Id}/revoke", new { reason = "Abuse" }, "*")).IsSuccessStatusCode);
            await Task.WhenAll(reporting, revoking);

            var end = await consumer.GetRequestAsync(request.Id);
            Assert.Equal((RequestState.Revoked, CredentialState.Active, 5), (end.State, end.Credential!.State, end.Version));
        }

        await service.HasNoGapAsync();
    }

    [Fact]
    public async Task A_report_to_a_request_that_is_not_here_is_let_go()
    {
        var (_, _, request) = await service.ApprovedAsync();
        await service.Broker.PublishAsync(RunningService.Report(request with { Id = Guid.CreateVersion7() }, Guid.CreateVersion7(), 1, CredentialStep.Issued));
        await service.IsIdleAsync();
        Assert.Equal(0u, await service.Broker.CountAsync("provisioning.credentials_error"));
    }
}
