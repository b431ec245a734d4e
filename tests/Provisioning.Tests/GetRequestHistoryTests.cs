using System.Net;
using DevPortal.Contracts.Credentials;
using DevPortal.ServiceDefaults;
using Xunit;

namespace DevPortal.Provisioning.Tests;

[Collection(RunningServiceTests.Name)]
public sealed class GetRequestHistoryTests(RunningService service)
{
    [Fact]
    public async Task Every_step_tells_what_who_when_why_in_the_order_in_which_things_happened()
    {
        var (consumer, admin, request) = await service.ApprovedAsync();
        var credential = Guid.CreateVersion7();
        foreach (var version in new[] { 3, 1, 2 })
        {
            var step = new[] { CredentialStep.Issued, CredentialStep.Waiting, CredentialStep.Activated }[version - 1];
            await service.OfferAsync(RunningService.Report(request, credential, version, step, step == CredentialStep.Waiting ? "The gateway does not answer." : null));
        }

        var provisioned = await consumer.GetRequestAsync(request.Id);
        await (await admin.PostAsync($"/{request.Id}/revoke", new { reason = "Abuse" }, $"\"{provisioned.Version}\"")).ReadAsync();

        var history = await (await consumer.Http.GetAsync($"/api/provisioning/requests/{request.Id}/history")).ReadAsync<Page<GetRequestHistory.Step>>();
        Assert.Equal(
            ["approved", "credentialActivated", "credentialIssued", "credentialWaiting", "revoked", "submitted"], history.Items.Select(step => step.What).Order());
        Assert.Equal(history.Items.OrderBy(step => step.At), history.Items);
        Assert.Equal(
            ["credentialIssued", "credentialWaiting", "credentialActivated"],
            history.Items.Select(step => step.What).Where(what => what.StartsWith("credential", StringComparison.Ordinal)));
        Assert.All(history.Items, step => Assert.Equal(request.CorrelationId, step.CorrelationId));

        var paged = new List<GetRequestHistory.Step>();
        string? next = null;
        do
        {
            var page = await (await consumer.Http.GetAsync($"/api/provisioning/requests/{request.Id}/history?limit=2{(next is null ? "" : "&cursor=" + next)}"))
                .ReadAsync<Page<GetRequestHistory.Step>>();
            Assert.Equal(2, page.Items.Count);
            paged.AddRange(page.Items);
            next = page.Next;
        }
        while (next is not null);
        Assert.Equal(history.Items.Select(step => step.Version), paged.Select(step => step.Version));
        await (await consumer.Http.GetAsync($"/api/provisioning/requests/{request.Id}/history?cursor=nonsense")).RefusedAsync(HttpStatusCode.BadRequest, "bad-cursor", "cursor");

        GetRequestHistory.Step Of(string what) => history.Items.Single(step => step.What == what);
        Assert.Equal((consumer.Id, "For the storm page"), (Of("submitted").By, Of("submitted").Why));
        Assert.Equal((admin.Id, "Fine"), (Of("approved").By, Of("approved").Why));
        Assert.Equal((admin.Id, "Abuse"), (Of("revoked").By, Of("revoked").Why));
        Assert.Equal("The gateway does not answer.", Of("credentialWaiting").WaitingFor);
        Assert.Equal(["policy-Weather", "plan-policy"], Of("credentialActivated").Receipt!.PolicyIds);
    }
}
