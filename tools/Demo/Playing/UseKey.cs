using DevPortal.Demo.Api;

namespace DevPortal.Demo.Playing;

/// <summary>The key is shown once and works, within the limits of its plan.</summary>
static class UseKey
{
    public static async Task PlayAsync(Stage stage, Scene scene, CancellationToken ct)
    {
        stage.Chapter("3  The key");
        var access = scene.First;
        await RevealAsync(stage, scene, access, ct);
        await stage.RefusedAsync($"{scene.Consumer} reveals it again", 409, "secret-already-shown", () => scene.Consumer.Portal.RevealAsync(access.CredentialId, ct));
        await stage.StepAsync("calls with a made-up key", async () => Expect(403, await scene.Tyk.CallAsync(access.Url, "devportal-made-up-0123456789", ct)));
        await WorksAsync(stage, scene, access, ct);
        if (access.Plan is { Rate: { } rate and <= 100, Per: { } per }) await stage.StepAsync($"calls more often than {rate:0} times in {per:0} s", () => UntilLimitedAsync(scene, access, (int)rate, ct));
    }

    public static async Task RevealAsync(Stage stage, Scene scene, Access access, CancellationToken ct)
    {
        var revealed = await stage.StepAsync($"{scene.Consumer} reveals the key of '{access.Product.Title}'", () => scene.Consumer.Portal.RevealAsync(access.CredentialId, ct), key => key.Hint);
        access.Key = revealed.Key;
    }

    public static Task WorksAsync(Stage stage, Scene scene, Access access, CancellationToken ct) =>
        stage.StepAsync($"calls {access.Url.AbsolutePath} through Tyk", async () => Expect(200, await scene.Tyk.CallAsync(access.Url, access.Key, ct)));

    public static string Expect(int expected, int status) => status == expected ? $"{status}" : throw new WrongException($"{status} instead of {expected}");

    static async Task<string> UntilLimitedAsync(Scene scene, Access access, int rate, CancellationToken ct)
    {
        // One call was made above.
        for (var calls = 2; calls <= rate + 2; calls++)
        {
            var status = await scene.Tyk.CallAsync(access.Url, access.Key, ct);
            if (status == 429) return $"429 at call {calls}";
            Expect(200, status);
        }
        throw new WrongException($"{rate + 2} calls went through.");
    }
}
