using System.Net;
using DevPortal.Contracts.Credentials;
using DevPortal.Contracts.Provisioning;
using Xunit;

namespace DevPortal.Credentials.Tests;

[Collection(QuietPortal.Name)]
public sealed class IssueCredentialTests(QuietPortal quiet)
{
    [Fact]
    public async Task Approved_request_becomes_one_key_with_the_recipe_that_opens_its_product_and_nothing_else()
    {
        var portal = quiet.Portal;
        var issued = await portal.ActiveAsync([Portal.Forecasts], Portal.Standard);
        var view = await issued.UntilAsync(CredentialState.Active);

        var key = Assert.Single(issued.Keys);
        Assert.Equal([Portal.Forecasts, Portal.Standard], key.Policies);
        Assert.Equal(Portal.Org, key.OrgId);
        Assert.Equal([$"app-{issued.Approval.AppId}", $"org-{issued.Owner.Organisation}"], key.Tags.Order());
        Assert.Equal(issued.Approval.AppId.ToString(), key.MetaData["ApplicationID"]);
        Assert.Equal(issued.Owner.Id.ToString(), key.MetaData["DeveloperID"]);
        Assert.Equal(issued.Owner.Team.ToString(), key.MetaData["TeamIDs"]);
        Assert.Equal((await portal.ScalarAsync<Guid>("select portal_id from installation")).ToString(), key.MetaData["PortalID"]);

        Assert.Equal(issued.Approval.RequestId, view.RequestId);
        Assert.Equal([Portal.Forecasts, Portal.Standard], view.Receipt!.PolicyIds);
        Assert.Equal(view.Receipt.ReadBackAt, view.EffectiveSince);
        Assert.StartsWith("devportal_live_key_…", view.Hint, StringComparison.Ordinal);
        Assert.Equal("A plan", view.Plan!.Title);

        var secret = await issued.RevealAsync();
        Assert.Equal(HttpStatusCode.OK, await portal.CallAsync(secret));
        Assert.Equal(HttpStatusCode.Forbidden, await portal.CallAsync(secret, "maps/routes/"));
        Assert.Equal(HttpStatusCode.Forbidden, await portal.CallAsync(secret + "x"));
    }

    [Fact]
    public async Task Activation_is_announced_with_the_receipt_and_the_requests_correlation_id()
    {
        var portal = quiet.Portal;
        var issued = await portal.ActiveAsync();

        var said = await portal.Broker.ReceivedAsync<CredentialChanged>(changed => changed.CredentialId == issued.Id && changed.Step == CredentialStep.Activated);

        Assert.Equal((issued.Id, issued.Approval.AppId, issued.Approval.RequestId), (said.CredentialId, said.AppId, said.RequestId));
        Assert.Equal(issued.Approval.Origin.CorrelationId, said.Origin.CorrelationId);
        Assert.Equal(CredentialState.Active, said.State);
        Assert.Equal([Portal.Forecasts, Portal.Standard], said.Receipt!.PolicyIds);
        Assert.Equal(60, said.Receipt.Per);
        var asked = await portal.Broker.ReceivedAsync<CredentialChanged>(changed => changed.CredentialId == issued.Id && changed.Step == CredentialStep.Issued);
        Assert.Equal(issued.Approval.ApprovedBy, asked.By);
    }

    [Fact]
    public async Task Approval_heard_many_times_at_once_makes_one_key()
    {
        var portal = quiet.Portal;
        var owner = await portal.PersonAsync();
        var approval = Portal.Approval(await owner.AppAsync(), owner);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => portal.Broker.PublishAsync(approval)));
        var issued = new Issued(portal, owner, approval);
        await issued.UntilAsync(CredentialState.Active);
        await portal.Broker.PublishAsync(approval);
        var other = await portal.ActiveAsync();

        Assert.Single(issued.Keys);
        Assert.Single(other.Keys);
        Assert.Equal(1, await portal.ScalarAsync<long>("select count(*) from credential_key where credential = $1", issued.Id));
        Assert.Equal(0u, await portal.Broker.CountAsync("credentials.requests_error"));
        // A number that was taken from the sequence and given back would hold up the relay.
        Assert.Equal(0, await portal.ScalarAsync<long>("select max(seq_id) - count(*) from mt_events"));
    }

    [Fact]
    public async Task Revocation_heard_before_the_approval_sticks_and_no_key_is_ever_made()
    {
        var portal = quiet.Portal;
        var owner = await portal.PersonAsync();
        var approval = Portal.Approval(await owner.AppAsync(), owner);
        var revoked = new ProvisioningRequestRevoked(Portal.From(approval.RequestId, 3), approval.RequestId, Guid.NewGuid(), "Too early");
        await portal.Broker.PublishAsync(revoked);
        await Poll.UntilAsync(async () => await portal.ScalarAsync<bool>("select exists (select 1 from mt_streams where id = $1)", Credential.IdOf(approval.RequestId)));
        await portal.Broker.PublishAsync(approval);

        var said = await portal.Broker.ReceivedAsync<CredentialChanged>(changed => changed.RequestId == approval.RequestId && changed.Step == CredentialStep.Revoked);

        Assert.Equal((approval.RequestId, "Too early", revoked.RevokedBy), (said.RequestId, said.Reason, said.By));
        Assert.Empty(portal.KeysOf(said.CredentialId));
        Assert.Equal(CredentialState.Revoked, (await owner.CredentialAsync(said.CredentialId)).State);
    }

    [Fact]
    public async Task Grants_end_is_the_keys_expiry()
    {
        var portal = quiet.Portal;
        var end = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.AddHours(2).ToUnixTimeSeconds());
        var issued = await portal.ActiveAsync(expires: end);

        Assert.Equal(end.ToUnixTimeSeconds(), Assert.Single(issued.Keys).Expires);
        Assert.Equal(end, (await issued.FindAsync())!.Receipt!.ExpiresAt);
    }

    [Fact]
    public async Task Approval_for_a_source_without_a_gateway_waits_visibly()
    {
        var portal = quiet.Portal;
        var owner = await portal.PersonAsync();
        var approval = Portal.Approval(await owner.AppAsync(), owner, source: "elsewhere");
        await portal.Broker.PublishAsync(approval);

        var view = await new Issued(portal, owner, approval).UntilAsync(credential => credential.WaitingFor is not null);

        Assert.Equal((CredentialState.Issuing, "no gateway is configured for the source elsewhere"), (view.State, view.WaitingFor));
    }
}
