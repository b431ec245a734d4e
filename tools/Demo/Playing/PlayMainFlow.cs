using DevPortal.Demo.Api;
using DevPortal.Demo.Filling;

namespace DevPortal.Demo.Playing;

/// <summary>The main flow, from browsing to revocation, only through the portal's API and Tyk's data plane.</summary>
public static class PlayMainFlow
{
    /// <exception cref="SceneFailedException">A step did not do what it should.</exception>
    public static async Task RunAsync(Uri address, IEnumerable<Account> accounts, Uri? tyk, Stage stage, CancellationToken ct)
    {
        using var caller = new TykCaller(tyk);
        using var cast = await stage.StepAsync("everybody signs in", () => Cast.AssembleAsync(address, accounts, ct), cast => string.Join(", ", cast.Actors));
        var scene = await Scene.SetAsync(cast, caller, ct);
        await BrowseCatalog.PlayAsync(stage, scene, ct);
        await AskForAccess.PlayAsync(stage, scene, ct);
        await UseKey.PlayAsync(stage, scene, ct);
        await AskForMore.PlayAsync(stage, scene, ct);
        await RotateKey.PlayAsync(stage, scene, ct);
        await RevokeAccess.PlayAsync(stage, scene, ct);
        await TellHistory.PlayAsync(stage, scene, ct);
        await MeasureApproval.PlayAsync(stage, scene, ct);
        stage.Chapter($"All {stage.Steps} steps did what they should.");
    }
}
