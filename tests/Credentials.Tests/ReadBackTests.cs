using System.Net;
using System.Text.Json.Nodes;
using DevPortal.Contracts.Credentials;
using DevPortal.Testing;
using DevPortal.TykStandIn;
using Xunit;

namespace DevPortal.Credentials.Tests;

/// <summary>What the gateway made of a key is read back, and only what was granted becomes active.</summary>
public sealed class ReadBackTests(Servers servers)
{
    [Fact]
    public async Task Key_that_reads_back_otherwise_than_granted_is_deleted_and_made_again()
    {
        await using var portal = await Portal.StartAsync(servers);
        await portal.ActiveAsync();
        await portal.StandIn.Faults.SwitchOnAsync(new Fault { Kind = FaultKind.Slow, Match = CallKind.Read, DelayMs = 3000 });
        var issued = await portal.IssueAsync();
        await Poll.UntilAsync(() => issued.Keys.Count == 1);
        // Somebody else's hand, between create and read: the plan is gone from the key.
        var key = issued.Keys[0];
        await portal.ControlAsync(HttpMethod.Put, $"tyk/keys/{key.Hash}?hashed=true", new { org_id = key.OrgId, apply_policies = new[] { Portal.Forecasts }, meta_data = key.MetaData });
        await portal.StandIn.Faults.SwitchOffAsync();

        await issued.UntilAsync(view => view.WaitingFor?.Contains("read back otherwise than granted", StringComparison.Ordinal) == true);
        var active = await issued.UntilAsync(CredentialState.Active);

        Assert.Equal([Portal.Forecasts, Portal.Standard], Assert.Single(issued.Keys).Policies);
        Assert.Equal((60d, 10000L), (active.Receipt!.Rate, active.Receipt.Quota));
        Assert.Equal(HttpStatusCode.OK, await portal.CallAsync(await issued.RevealAsync()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Grants_end_holds_also_where_a_policy_has_a_lifetime_of_its_own(bool ends)
    {
        await using var portal = await Portal.StartAsync(servers);
        var plan = JsonNode.Parse((await portal.ControlAsync(HttpMethod.Get, $"tyk/policies/{Portal.Standard}")).GetRawText())!;
        (plan["id"], plan["_id"], plan["key_expires_in"]) = ("plan-one-hour", "65a0c0de00000000000001ff", 3600);
        await portal.PutPolicyBackAsync(plan.ToJsonString());
        DateTimeOffset? end = ends ? DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.AddHours(2).ToUnixTimeSeconds()) : null;

        var active = await (await portal.IssueAsync(plan: "plan-one-hour", expires: end)).UntilAsync(CredentialState.Active);

        Assert.Equal(end, active.Receipt!.ExpiresAt);
        Assert.Equal(end?.ToUnixTimeSeconds() ?? 0, Assert.Single(portal.KeysOf(active.Id)).Expires);
    }
}
