using System.Net;
using DevPortal.Contracts.Credentials;
using DevPortal.Contracts.Identity;
using DevPortal.Testing;
using DevPortal.TykStandIn;
using Xunit;

namespace DevPortal.Credentials.Tests;

public sealed class ListGatewaysTests(Servers servers)
{
    [Fact]
    public async Task A_gateway_is_told_as_it_is_with_what_waits_for_it()
    {
        await using var portal = await Portal.StartAsync(servers, startHost: false);
        await portal.StandIn.Faults.SwitchOnAsync(new Fault { Kind = FaultKind.Refuse });
        await portal.StartHostAsync();
        var admin = await portal.PersonAsync(UserRole.Admin);
        var issued = await portal.IssueAsync();
        var away = await UntilAsync(admin, seen => seen is { Usable: false, Issuing: 1 });
        Assert.Contains("connection refused", away.Because, StringComparison.Ordinal);

        await portal.StandIn.Faults.SwitchOffAsync();
        await issued.UntilAsync(CredentialState.Active);
        var well = await UntilAsync(admin, seen => seen.Usable == true);
        Assert.Equal((null, 0, 0, 0), (well.Because, well.Issuing, well.Rotating, well.Revoking));
        Assert.True(well.Since > away.Since);

        var revoked = await portal.ActiveAsync();
        await portal.StandIn.Faults.SwitchOnAsync(new Fault { Kind = FaultKind.Refuse });
        Assert.Equal(HttpStatusCode.Accepted, (await issued.RotateAsync()).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await revoked.RevokeAsync()).StatusCode);
        var waiting = await UntilAsync(admin, _ => true);
        Assert.Equal((0, 1, 1), (waiting.Issuing, waiting.Rotating, waiting.Revoking));
    }

    [Fact]
    public async Task What_waits_for_a_source_that_is_not_configured_is_told_too()
    {
        await using var portal = await Portal.StartAsync(servers);
        var (admin, owner) = (await portal.PersonAsync(UserRole.Admin), await portal.PersonAsync());
        Assert.Equal(HttpStatusCode.Forbidden, (await owner.SendAsync(HttpMethod.Get, "gateways")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await portal.Client().GetAsync("/api/credentials/gateways")).StatusCode);
        await portal.Broker.PublishAsync(Portal.Approval(await owner.AppAsync(), owner, source: "gone"));

        var gone = await UntilAsync(admin, seen => seen.Issuing == 1, "gone");
        Assert.Equal((false, "no gateway is configured for the source gone", null), (gone.Usable, gone.Because, gone.Since));
    }

    static async Task<ListGateways.Output> UntilAsync(Person admin, Func<ListGateways.Output, bool> reached, string source = "tyk")
    {
        ListGateways.Output? seen = null;
        await Poll.UntilAsync(
            async () => (seen = (await (await admin.SendAsync(HttpMethod.Get, "gateways")).ReadAsync<ListGateways.Gateways>()).Items.SingleOrDefault(one => one.Source == source)) is not null && reached(seen),
            () => $"{seen}");
        return seen!;
    }
}
