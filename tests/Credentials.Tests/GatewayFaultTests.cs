using System.Net;
using System.Text;
using DevPortal.Contracts.Credentials;
using DevPortal.ServiceDefaults;
using DevPortal.Testing;
using DevPortal.TykStandIn;
using Xunit;

namespace DevPortal.Credentials.Tests;

/// <summary>The gateway fails, hangs, loses answers and its store; the flow ends in the same state.</summary>
public sealed class GatewayFaultTests(GatewayFaultTests.Fixture fixture) : IClassFixture<GatewayFaultTests.Fixture>, IAsyncLifetime
{
    public sealed class Fixture(Servers servers) : IAsyncLifetime
    {
        public Portal Portal { get; private set; } = null!;

        // A create can land for 5 + 3 seconds after it was sent.
        public async ValueTask InitializeAsync() => Portal = await Portal.StartAsync(servers, settings: ["Tyk:CreateTimeout=00:00:05", "Tyk:CallTimeout=00:00:03"]);

        public ValueTask DisposeAsync() => Portal.DisposeAsync();
    }

    Portal Portal => fixture.Portal;

    FaultSwitch Faults => Portal.StandIn.Faults;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await Faults.SwitchOffAsync();

    [Theory]
    [InlineData(FaultKind.Error500, "500")]
    [InlineData(FaultKind.Refuse, "connection refused")]
    [InlineData(FaultKind.Timeout, "no answer")]
    public async Task Gateway_that_fails_at_approval_is_waited_for_visibly_and_then_makes_one_key(FaultKind kind, string shown)
    {
        await Faults.SwitchOnAsync(new Fault { Kind = kind });
        var issued = await Portal.IssueAsync();
        var waiting = await issued.UntilAsync(view => view.WaitingFor?.Contains(shown, StringComparison.Ordinal) == true);
        Assert.Equal(CredentialState.Issuing, waiting.State);
        await Faults.SwitchOffAsync();

        var active = await issued.UntilAsync(CredentialState.Active);
        Assert.Null(active.WaitingFor);
        Assert.Single(issued.Keys);
    }

    [Fact]
    public async Task Create_whose_answer_is_lost_ends_in_one_key()
    {
        await Faults.SwitchOnAsync(new Fault { Kind = FaultKind.LostAnswer, Match = CallKind.Create, Count = 2 });
        var issued = await Portal.ActiveAsync();

        Assert.Single(issued.Keys);
        Assert.Equal(1, await Portal.ScalarAsync<long>("select count(*) from credential_key where credential = $1", issued.Id));
    }

    [Fact]
    public async Task Revocation_while_the_store_is_down_is_not_believed_and_done_when_the_store_is_back()
    {
        var issued = await Portal.ActiveAsync();
        var key = await issued.RevealAsync();
        await Faults.SwitchOnAsync(new Fault { Kind = FaultKind.StoreDown, CreateDelayMs = 50 });
        await (await issued.RevokeAsync()).ReadAsync<CredentialView>(HttpStatusCode.Accepted);

        var waiting = await issued.UntilAsync(view => view.WaitingFor?.Contains("store may be lost", StringComparison.Ordinal) == true);
        Assert.Equal(CredentialState.Revoking, waiting.State);
        await Poll.UntilAsync(async () => await Portal.ScalarAsync<int>("select failures from converging where credential = $1", issued.Id) >= 3);
        Assert.Equal(CredentialState.Revoking, (await issued.FindAsync())!.State);
        Assert.Single(issued.Keys);

        await Faults.SwitchOffAsync();
        await issued.UntilAsync(CredentialState.Revoked);
        Assert.Empty(issued.Keys);
        Assert.Equal(HttpStatusCode.Forbidden, await Portal.CallAsync(key));
    }

    [Fact]
    public async Task Create_without_an_answer_that_lands_after_the_revocation_is_found_and_deleted()
    {
        await Faults.SwitchOnAsync(new Fault { Kind = FaultKind.Timeout, Match = CallKind.Create });
        var issued = await Portal.IssueAsync();
        await issued.UntilAsync(view => view.WaitingFor is not null);
        var sealedCopy = await Portal.ScalarAsync<byte[]>("select sealed_copy from credential_key where credential = $1", issued.Id);
        var key = Encoding.UTF8.GetString(new Sealing("a seal key for tests").Open($"credential-copy/{issued.Id}/1", sealedCopy));
        await issued.RevokeRequestAsync();
        await Faults.SwitchOffAsync();

        // Its handle is learnt by overwriting it with a key that opens nothing, and that one is deleted.
        await Poll.UntilAsync(async () => await Portal.ScalarAsync<bool>("select sealed_handle is not null from credential_key where credential = $1", issued.Id));
        await Poll.UntilAsync(() => issued.Keys.Count == 0);
        Assert.Equal(CredentialState.Revoking, (await issued.FindAsync())!.State);

        await Portal.ControlAsync(HttpMethod.Post, $"tyk/keys/{key}", new
        {
            org_id = Portal.Org,
            apply_policies = new[] { Portal.Forecasts, Portal.Standard },
            meta_data = new { PortalID = await Portal.ScalarAsync<Guid>("select portal_id from installation"), CredentialID = issued.Id },
        });
        Assert.Equal(HttpStatusCode.OK, await Portal.CallAsync(key));

        await issued.UntilAsync(CredentialState.Revoked);
        await issued.UntilLookedForOftenEnoughAsync();
        Assert.Empty(issued.Keys);
        Assert.Equal(HttpStatusCode.Forbidden, await Portal.CallAsync(key));
        Assert.True(await Portal.ScalarAsync<bool>("select sealed_copy is null and sealed_handle is null from credential_key where credential = $1", issued.Id));
    }

    [Theory]
    [InlineData(Portal.Standard)]
    [InlineData(Portal.Forecasts)]
    public async Task Policy_that_is_missing_is_named_and_no_key_is_made_until_it_is_there(string policy)
    {
        var text = await Portal.TakePolicyAwayAsync(policy);
        var issued = await Portal.IssueAsync();
        var waiting = await issued.UntilAsync(view => view.WaitingFor is not null);
        Assert.Contains(policy, waiting.WaitingFor, StringComparison.Ordinal);
        await Poll.UntilAsync(async () => await Portal.ScalarAsync<int>("select failures from converging where credential = $1", issued.Id) >= 2);
        Assert.Empty(issued.Keys);

        await Portal.PutPolicyBackAsync(text);
        var active = await issued.UntilAsync(CredentialState.Active);
        Assert.Equal((60, 10000), (active.Receipt!.Rate, active.Receipt.Quota));
    }

    [Fact]
    public async Task Keys_of_others_are_never_touched_not_even_in_the_place_of_ours()
    {
        var issued = await Portal.ActiveAsync();
        var key = await issued.RevealAsync();
        object Foreign(string portal) => new
        {
            org_id = Portal.Org,
            apply_policies = new[] { Portal.Forecasts, Portal.Standard },
            meta_data = new { PortalID = portal, CredentialID = issued.Id },
        };
        await Portal.ControlAsync(HttpMethod.Post, "tyk/keys/another-portals-key", Foreign("another portal"));
        await Portal.ControlAsync(HttpMethod.Post, $"tyk/keys/{key}", Foreign("a third portal"));
        await issued.RevokeAsync();

        var waiting = await issued.UntilAsync(view => view.WaitingFor?.Contains("not ours", StringComparison.Ordinal) == true);
        Assert.Equal(CredentialState.Revoking, waiting.State);
        Assert.Equal(["a third portal", "another portal"], issued.Keys.Select(one => one.MetaData["PortalID"]).Order());
    }

    [Fact]
    public async Task Sentinel_that_was_deleted_is_made_again_and_the_revocation_goes_through()
    {
        var issued = await Portal.ActiveAsync();
        var sentinel = await Portal.ControlAsync(HttpMethod.Delete, $"tyk/keys/devportal-sentinel-{await Portal.ScalarAsync<Guid>("select portal_id from installation")}?org_id={Portal.Org}");
        Assert.Equal("ok", sentinel.GetProperty("status").GetString());
        await issued.RevokeAsync();

        await issued.UntilAsync(CredentialState.Revoked);
        Assert.Empty(issued.Keys);
    }

    [Fact]
    public async Task Hanging_gateway_slows_no_page()
    {
        await Faults.SwitchOnAsync(new Fault { Kind = FaultKind.Timeout });
        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Portal.IssueAsync()));
        foreach (var issued in all) await issued.UntilAsync(CredentialState.Issuing);
        Assert.Equal(HttpStatusCode.OK, (await all[0].Owner.SendAsync(HttpMethod.Get, "apps")).StatusCode);

        await Faults.SwitchOffAsync();
        foreach (var issued in all) await issued.UntilAsync(CredentialState.Active);
        Assert.All(all, issued => Assert.Single(issued.Keys));
    }
}
