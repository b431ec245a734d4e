using System.Net;
using DevPortal.Contracts.Credentials;
using DevPortal.Contracts.Provisioning;
using DevPortal.Testing;
using DevPortal.TykStandIn;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace DevPortal.Credentials.Tests;

public sealed class LostCredentialTests(Servers servers)
{
    [Fact]
    public async Task Key_is_not_looked_for_any_more_once_its_grant_has_ended()
    {
        var now = DateTimeOffset.UtcNow;
        Assert.Equal(new Step.Settled(null), await StepAsync(ends: now));
        Assert.Equal(new Step.Settled(new ConvergeOptions().CheckActive), await StepAsync(ends: now.AddHours(1)));
        Assert.Equal(new Step.Settled(new ConvergeOptions().CheckActive), await StepAsync(ends: null));

        // Without a gateway nothing is asked: only whether there is anything left to look for.
        static Task<Step> StepAsync(DateTimeOffset? ends) =>
            new CheckKey(null!, null!, Options.Create(new ConvergeOptions()), TimeProvider.System, NullLogger<CheckKey>.Instance)
                .RunAsync(new Work(null!, null, null, null!, null!, null!, new Grant("tyk", Portal.Org, [], Guid.Empty, Portal.Standard, ends), []), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Key_that_vanished_makes_its_credential_lost_and_one_that_comes_back_makes_it_active_but_a_lost_store_does_neither()
    {
        await using var portal = await Portal.StartAsync(servers, settings: ["Converging:CheckActive=00:00:00.3", "Converging:CheckMissing=00:00:00.3"]);
        var issued = await portal.ActiveAsync();
        var key = await issued.RevealAsync();

        await portal.StandIn.Faults.SwitchOnAsync(new Fault { Kind = FaultKind.StoreDown, CreateDelayMs = 20 });
        var checks = portal.StandIn.Calls[CallKind.Read];
        await Poll.UntilAsync(() => portal.StandIn.Calls[CallKind.Read] > checks + 10);
        await portal.StandIn.Faults.SwitchOffAsync();
        Assert.Equal(CredentialState.Active, (await issued.FindAsync())!.State);

        await portal.ControlAsync(HttpMethod.Delete, $"tyk/keys/{key}?org_id={Portal.Org}");
        await issued.UntilAsync(CredentialState.Lost);
        Assert.Empty(issued.Keys);

        await portal.ControlAsync(HttpMethod.Post, $"tyk/keys/{key}", new
        {
            org_id = Portal.Org,
            apply_policies = new[] { Portal.Forecasts, Portal.Standard },
            meta_data = new { PortalID = await portal.ScalarAsync<Guid>("select portal_id from installation"), CredentialID = issued.Id },
        });
        await issued.UntilAsync(CredentialState.Active);
        Assert.Equal(HttpStatusCode.OK, await portal.CallAsync(key));
    }
}
