using DevPortal.Demo.Api;

namespace DevPortal.Demo.Playing;

/// <summary>A new key in place of the old one; the other credential of the app is not touched.</summary>
static class RotateKey
{
    /// <summary>Tyk remembers a session for ten seconds.</summary>
    internal static readonly TimeSpan SessionCache = TimeSpan.FromSeconds(12);

    public static async Task PlayAsync(Stage stage, Scene scene, CancellationToken ct)
    {
        stage.Chapter("5  Rotation");
        var (access, other) = (scene.First, scene.Second);
        var oldKey = access.Key;
        var before = (await scene.Consumer.Portal.FindCredentialAsync(other.CredentialId, ct)).Value;

        await stage.StepAsync($"{scene.Consumer} rotates the key of '{access.Product.Title}'", () => scene.Consumer.Portal.RotateAsync(access.CredentialId, ct), credential => $"{credential.State}, {credential.Hint}");
        await UseKey.RevealAsync(stage, scene, access, ct);
        await UseKey.WorksAsync(stage, scene, access, ct);
        await stage.StepAsync("the old key", async () => $"{await scene.Tyk.UntilAsync(403, access.Url, oldKey, SessionCache, ct)}");
        await stage.StepAsync($"the key of '{other.Product.Title}'", async () =>
        {
            var after = (await scene.Consumer.Portal.FindCredentialAsync(other.CredentialId, ct)).Value;
            if (after.Hint != before.Hint || after.State != before.State) throw new WrongException($"{after.State}, {after.Hint}");
            return $"{UseKey.Expect(200, await scene.Tyk.CallAsync(other.Url, other.Key, ct))}, untouched";
        });
    }
}
