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
}
