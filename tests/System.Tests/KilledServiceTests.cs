using DevPortal.Demo.Api;
using Xunit;

namespace DevPortal.SystemTests;

[Collection(InFilledPortal.Name)]
public sealed class KilledServiceTests(FilledPortal filled)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("identity")]
    [InlineData("catalog")]
    [InlineData("provisioning")]
    [InlineData("credentials")]
    [InlineData("tyk-sync")]
    [InlineData("gateway")]
    public async Task Killing_a_service_in_the_middle_of_flows_loses_and_doubles_nothing(string service)
    {
        var scene = filled.Scene;
        var ended = await Task.WhenAll(
            FlowAsync("nothing happens"),
            FlowAsync("killed after the request", afterRequest: KillAsync),
            FlowAsync("killed after the approval", afterApproval: KillAsync),
            FlowAsync("killed during the approval", duringApproval: KillAsync));
        await filled.UntilWellAsync(Ct);

        await filled.OneKeyEachAsync(ended, Ct);
        Assert.All(await Task.WhenAll(ended.Select(request => scene.LookAsync(request, Ct))), request => Assert.Equal("provisioned", request.State));

        async Task<AccessRequest> FlowAsync(string reason, Func<Task>? afterRequest = null, Func<Task>? duringApproval = null, Func<Task>? afterApproval = null)
        {
            var request = await scene.AskAsync($"{service}: {reason}", Ct);
            if (afterRequest is not null) await afterRequest();
            var approving = scene.ApproveAsync(request, Ct);
            if (duringApproval is not null) await duringApproval();
            await approving;
            if (afterApproval is not null) await afterApproval();
            return await scene.UntilProvisionedAsync(request, Ct);
        }

        Task KillAsync() => filled.Portal.Run.KillAsync(service);
    }

    [Fact]
    public async Task Killing_credentials_in_the_middle_of_rotations_and_revocations_leaves_one_key_or_none()
    {
        var scene = filled.Scene;
        var granted = await Task.WhenAll(Enumerable.Range(1, 6).Select(number => scene.GrantAsync($"Changed and killed {number}", Ct)));

        await filled.Tyk.CountFromZeroAsync(Ct);
        var rotating = granted[..3].Select(request => scene.Consumer.Portal.RotateAsync(request.Credential!.Id, Ct)).ToArray();
        var revoking = granted[3..].Select(request => scene.RevokeAsync(request, Ct)).ToArray();
        await Eventually.UntilAsync(() => filled.Tyk.CallsAsync("create", Ct), calls => calls > 0, Asking.Patience, "the first new key is being made", Ct);
        await filled.Portal.Run.KillAsync("credentials");
        await Task.WhenAll([.. rotating, .. revoking]);
        foreach (var request in granted[3..]) await scene.UntilRevokedAsync(request, Ct);
        await filled.UntilWellAsync(Ct);

        // The old key goes after the new one is active.
        await Eventually.UntilAsync(
            async () => (await filled.Tyk.KeysAsync(Ct)).Count(key => granted.Any(request => request.Credential!.Id == key.CredentialId)),
            keys => keys == 3, Asking.Patience, "one key for each that was rotated, none for those that were revoked", Ct);
        await filled.OneKeyEachAsync(granted[..3], Ct);
        foreach (var request in granted[3..]) await filled.NoKeyAsync(request, Ct);
    }

    [Fact]
    public async Task Killing_credentials_while_keys_are_revealed_shows_each_at_most_once()
    {
        var (scene, consumer) = (filled.Scene, filled.Scene.Consumer.Portal);
        var granted = await Task.WhenAll(Enumerable.Range(1, 8).Select(number => scene.GrantAsync($"Revealed and killed {number}", Ct)));

        var revealing = granted.Select(request => RevealAsync(request.Credential!.Id)).ToArray();
        await Task.WhenAny(revealing);
        await filled.Portal.Run.KillAsync("credentials");
        var shown = await Task.WhenAll(revealing);
        await filled.UntilWellAsync(Ct);

        Assert.Contains(shown, key => key is not null);
        Assert.Equal(shown.Count(key => key is not null), shown.Where(key => key is not null).Distinct().Count());
        foreach (var request in granted) Assert.Null(await RevealAsync(request.Credential!.Id));
        await filled.OneKeyEachAsync(granted, Ct);

        // Null: shown before, also where that answer was lost with its connection. A repetition with the same Idempotency-Key shows nothing again.
        async Task<string?> RevealAsync(Guid credential)
        {
            try
            {
                return (await consumer.RevealAsync(credential, Ct)).Key;
            }
            catch (RefusedException refused) when (refused.Code is "secret-already-shown")
            {
                return null;
            }
        }
    }

    [Fact]
    public async Task Killing_provisioning_while_requests_are_submitted_makes_one_of_each()
    {
        var scene = filled.Scene;
        var apps = await Task.WhenAll(Enumerable.Range(1, 12).Select(number => scene.Consumer.Portal.CreateAppAsync($"Submitted and killed {number}", Ct)));

        var asking = apps.Select(app => scene.AskForAsync(app, "Killed while it is submitted", Ct)).ToArray();
        await Task.WhenAny(asking);
        await filled.Portal.Run.KillAsync("provisioning");
        var asked = await Task.WhenAll(asking);

        var all = await scene.Consumer.Portal.ListAsync<AccessRequest>("/api/provisioning/requests", Ct);
        Assert.All(apps, app => Assert.Single(all, request => request.AppId == app.Id));
        Assert.Equal(asked.Select(request => request.Id).Order(), all.Where(request => apps.Any(app => app.Id == request.AppId)).Select(request => request.Id).Order());
    }

    [Fact]
    public async Task Killing_tyk_sync_in_the_middle_of_a_run_leaves_the_catalog_as_it_was_and_the_next_run_ends()
    {
        var admin = filled.Scene.Approver.Portal;
        var before = await CatalogAsync();

        await filled.Tyk.CountFromZeroAsync(Ct);
        await filled.Tyk.SwitchOnAsync("slow", Ct, match: "apis", delayMs: 60_000);
        var cut = await StartRunAsync();
        await Eventually.UntilAsync(() => LookAsync(cut), run => run.Status == "running", Asking.Patience, "the run is under way", Ct);
        await filled.Portal.Run.KillAsync("tyk-sync");
        await filled.Tyk.SwitchOffAsync(Ct);

        var next = await StartRunAsync();
        var ended = await Eventually.UntilAsync(
            () => LookAsync(next), run => run.Status is not ("queued" or "running"), Asking.Patience, "the next run ends", Ct);
        Assert.Equal("finished", ended.Status);
        Assert.NotEqual("running", (await LookAsync(cut)).Status);
        await filled.UntilWellAsync(Ct);
        Assert.Equal(before, await CatalogAsync());

        async Task<Guid> StartRunAsync()
        {
            var source = (await admin.GetAsync<Page<SyncRun>>("/api/sync/runs", Ct)).Items[0].Source;
            return (await admin.PostAsync<SyncRun>("/api/sync/runs", new { source }, Ct)).Id;
        }

        async Task<SyncRun> LookAsync(Guid run) => (await admin.GetAsync<Page<SyncRun>>("/api/sync/runs?limit=100", Ct)).Items.Single(known => known.Id == run);

        async Task<string[]> CatalogAsync() =>
            [.. (await admin.ListAsync<Product>("/api/catalog/products?view=admin", Ct)).Select(product => $"{product.Id} {product.Title} {product.Requestable}").Order()];
    }
}
