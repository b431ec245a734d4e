using DevPortal.Demo.Api;

namespace DevPortal.Demo.Playing;

/// <summary>An admin takes access away, and Tyk refuses.</summary>
static class RevokeAccess
{
    public static async Task PlayAsync(Stage stage, Scene scene, CancellationToken ct)
    {
        stage.Chapter("6  Revocation");
        var (access, other) = (scene.Second, scene.First);
        await stage.StepAsync($"{scene.Approver} revokes '{access.Product.Title}'", () => scene.Approver.Portal.RevokeAsync(access.RequestId, "The contract has ended.", ct), request => request.State);
        await stage.StepAsync("Tyk confirms that the key is gone", () => Eventually.UntilAsync(
            async () => (await scene.Consumer.Portal.FindRequestAsync(access.RequestId, ct)).Value, request => request.Revocation?.ConfirmedAt is not null,
            TimeSpan.FromSeconds(30), "the revocation is confirmed", ct), request => $"confirmed {request.Revocation!.ConfirmedAt:HH:mm:ss.fff}");
        await stage.StepAsync($"calls '{access.Product.Title}' through Tyk", async () => $"{await scene.Tyk.UntilAsync(403, access.Url, access.Key, RotateKey.SessionCache, ct)}");
        await stage.StepAsync($"calls '{other.Product.Title}' through Tyk", async () => UseKey.Expect(200, await scene.Tyk.CallAsync(other.Url, other.Key, ct)));
    }
}
