using DevPortal.Contracts.Credentials;
using DevPortal.Testing;
using DevPortal.TykStandIn;
using Xunit;

namespace DevPortal.Credentials.Tests;

/// <summary>Processes that die, that are overtaken, and that are several.</summary>
public sealed class ProcessFaultTests(Servers servers)
{
    [Fact]
    public async Task Process_that_lost_its_lease_records_nothing_and_the_next_one_ends_with_the_same_one_key()
    {
        await using var portal = await Portal.StartAsync(servers);
        // The create of the sentinel is over then, and does not take the delay upon itself.
        await portal.ActiveAsync();
        await portal.StandIn.Faults.SwitchOnAsync(new Fault { Kind = FaultKind.Slow, Match = CallKind.Create, DelayMs = 2000, Count = 1 });
        var issued = await portal.IssueAsync();
        await Poll.UntilAsync(async () => await portal.ScalarAsync<bool>("select exists (select 1 from credential_key where credential = $1 and create_sent)", issued.Id));
        await portal.ScalarAsync<Guid>("update converging set holder = gen_random_uuid(), until = now() + interval '60 seconds' where credential = $1 returning holder", issued.Id);

        await Poll.UntilAsync(() => portal.Logs.Lines.Any(line => line.Contains("another process went on", StringComparison.Ordinal)));
        Assert.Equal(CredentialState.Issuing, (await issued.FindAsync())!.State);
        await portal.ScalarAsync<Guid>("update converging set until = now() where credential = $1 returning credential", issued.Id);
        await issued.UntilAsync(CredentialState.Active);
        Assert.Single(issued.Keys);
        Assert.Equal(1, await portal.ScalarAsync<long>("select count(*) from mt_events where stream_id = $1 and type = 'credential_activated'", issued.Id));
    }

    [Fact]
    public async Task Process_that_died_after_its_create_is_followed_by_one_that_makes_the_same_key()
    {
        await using var portal = await Portal.StartAsync(servers, startHost: false);
        var first = await portal.StartHostAsync();
        await portal.ActiveAsync();
        await portal.StandIn.Faults.SwitchOnAsync(new Fault { Kind = FaultKind.LostAnswer, Match = CallKind.Create });
        var issued = await portal.IssueAsync();
        await Poll.UntilAsync(() => issued.Keys.Count == 1);
        await portal.StopHostAsync(first);
        // What a killed process leaves: a lease that runs out.
        await portal.ScalarAsync<Guid>("update converging set holder = gen_random_uuid(), until = now() + interval '2 seconds' where credential = $1 returning holder", issued.Id);
        await portal.StandIn.Faults.SwitchOffAsync();
        await portal.StartHostAsync();

        var again = issued with { Owner = new Person(portal, issued.Owner.Id, issued.Owner.Organisation, issued.Owner.Team) };
        await again.UntilAsync(CredentialState.Active);
        Assert.Single(issued.Keys);
        Assert.Equal(1, await portal.ScalarAsync<long>("select count(*) from credential_key where credential = $1", issued.Id));
    }

    [Fact]
    public async Task Two_processes_on_one_database_make_one_key_for_each_credential_and_one_installation()
    {
        await using var portal = await Portal.StartAsync(servers, startHost: false);
        await Task.WhenAll(portal.StartHostAsync(), portal.StartHostAsync());
        var all = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => portal.IssueAsync()));
        await Task.WhenAll(all.Select(issued => portal.Broker.PublishAsync(issued.Approval)));
        foreach (var issued in all) await issued.UntilAsync(CredentialState.Active);
        await Task.WhenAll(all.Select(issued => issued.RevokeRequestAsync()));
        await Task.WhenAll(all.Select(issued => issued.RevokeRequestAsync()));
        foreach (var issued in all) await issued.UntilAsync(CredentialState.Revoked);

        Assert.All(all, issued => Assert.Empty(issued.Keys));
        Assert.Equal(12, await portal.ScalarAsync<long>("select count(*) from credential_key"));
        Assert.Equal(12, await portal.ScalarAsync<long>("select count(*) from mt_events where type = 'credential_activated'"));
        Assert.Equal(1, await portal.ScalarAsync<long>("select count(*) from installation"));
        Assert.Equal(0u, await portal.Broker.CountAsync("credentials.requests_error"));
    }
}
