using Xunit;

namespace DevPortal.SystemTests;

[Collection(InFilledPortal.Name)]
public sealed class BrokerTests(FilledPortal filled)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Approvals_given_while_the_broker_is_away_for_30_seconds_become_active_by_themselves()
    {
        var scene = filled.Scene;
        var asked = await Task.WhenAll(Enumerable.Range(1, 3).Select(number => scene.AskAsync($"Broker away {number}", Ct)));

        var away = Task.Delay(TimeSpan.FromSeconds(30), Ct);
        await filled.Portal.Run.StopAsync("rabbitmq");
        foreach (var request in asked) Assert.Equal("approved", (await scene.ApproveAsync(request, Ct)).State);
        var waiting = await scene.LookAsync(asked[0], Ct);
        // Who starts while the broker is away answers all the same.
        await filled.Portal.Run.KillAsync("credentials");
        await away;
        Assert.Equal("approved", (await scene.LookAsync(asked[0], Ct)).State);
        await filled.Portal.Run.StartAsync("rabbitmq", Ct);

        Assert.NotNull(waiting.WaitingFor);
        var provisioned = await Task.WhenAll(asked.Select(request => scene.UntilProvisionedAsync(request, Ct)));
        await filled.UntilWellAsync(Ct);
        await filled.OneKeyEachAsync(provisioned, Ct);
    }

    [Fact]
    public async Task A_broker_that_was_emptied_is_told_everything_again_and_nothing_changes_by_it()
    {
        var scene = filled.Scene;
        var before = await scene.GrantAsync("Before the broker was emptied", Ct);
        var revoked = await scene.GrantAsync("Revoked before the broker was emptied", Ct);
        await scene.RevokeAsync(revoked, Ct);
        await scene.UntilRevokedAsync(revoked, Ct);
        var asked = await scene.AskAsync("Asked before, approved while the broker is away", Ct);
        var keys = (await filled.Tyk.KeysAsync(Ct)).Select(key => key.Hash).ToHashSet();

        await filled.Portal.Run.StopAsync("rabbitmq");
        await scene.ApproveAsync(asked, Ct);
        Directory.Delete(Path.Combine(filled.Portal.Run.State.Data, "rabbitmq", "mnesia"), recursive: true);
        await filled.Portal.Run.StartAsync("rabbitmq", Ct);
        var approved = await scene.UntilProvisionedAsync(asked, Ct);
        var after = await scene.GrantAsync("After the broker was emptied", Ct);
        await filled.UntilWellAsync(Ct);

        await filled.OneKeyEachAsync([before, approved, after], Ct);
        await filled.NoKeyAsync(revoked, Ct);
        Assert.Equal("provisioned", (await scene.LookAsync(before, Ct)).State);
        Assert.Equal("revoked", (await scene.LookAsync(revoked, Ct)).State);
        // Two keys more, and those from before are the same.
        var now = (await filled.Tyk.KeysAsync(Ct)).Select(key => key.Hash).ToHashSet();
        Assert.Superset(keys, now);
        Assert.Equal(keys.Count + 2, now.Count);
    }
}
