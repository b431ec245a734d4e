using DevPortal.Contracts.Credentials;
using DevPortal.Contracts.Provisioning;
using Xunit;

namespace DevPortal.Credentials.Tests;

[Collection(QuietPortal.Name)]
public sealed class RetryIssueTests(QuietPortal quiet)
{
    [Fact]
    public async Task Refused_credential_is_tried_again_once_however_often_that_is_heard()
    {
        var portal = quiet.Portal;
        var issued = await portal.IssueAsync(expires: DateTimeOffset.UtcNow.AddDays(-1));
        Assert.Contains("expired", (await issued.UntilAsync(CredentialState.Refused)).Reason, StringComparison.Ordinal);
        var retried = new ProvisioningRequestRetried(Portal.From(issued.Approval.RequestId, 3), issued.Approval.RequestId, Guid.NewGuid());
        for (var times = 0; times < 3; times++) await portal.Broker.PublishAsync(retried);

        await Poll.UntilAsync(() => portal.Broker.Received<CredentialChanged>(changed => changed.CredentialId == issued.Id && changed.Step == CredentialStep.Refused).Count == 2);
        var last = await portal.ActiveAsync();
        Assert.Single(last.Keys);
        Assert.Equal(1, await portal.ScalarAsync<long>("select count(*) from mt_events where stream_id = $1 and type = 'credential_retried'", issued.Id));
        Assert.Empty(issued.Keys);
    }

    [Fact]
    public async Task Refused_credential_of_an_app_that_was_deleted_meanwhile_stays_refused()
    {
        var portal = quiet.Portal;
        var issued = await portal.IssueAsync(expires: DateTimeOffset.UtcNow.AddDays(-1));
        await issued.UntilAsync(CredentialState.Refused);
        Assert.True((await issued.Owner.SendAsync(HttpMethod.Delete, $"apps/{issued.Approval.AppId}", ifMatch: "*")).IsSuccessStatusCode);
        await portal.Broker.PublishAsync(new ProvisioningRequestRetried(Portal.From(issued.Approval.RequestId, 3), issued.Approval.RequestId, Guid.NewGuid()));

        var said = await portal.Broker.ReceivedAsync<CredentialChanged>(changed =>
            changed.CredentialId == issued.Id && changed.Step == CredentialStep.Refused && changed.Reason == "the app was deleted");

        Assert.Equal(CredentialState.Refused, said.State);
        Assert.Empty(issued.Keys);
    }
}
