using DevPortal.Demo.Api;

namespace DevPortal.Demo.Playing;

/// <summary>From a request to a key that is active at Tyk.</summary>
static class AskForAccess
{
    public static async Task PlayAsync(Stage stage, Scene scene, CancellationToken ct)
    {
        stage.Chapter("2  An app, a request, a decision");
        // The smallest plan, so that its limit can be seen.
        var (product, plan) = scene.Products.SelectMany(product => product.Plans, (product, plan) => (product, plan)).Where(offer => offer.plan.Available).MinBy(offer => offer.plan.Rate / offer.plan.Per ?? double.MaxValue);
        scene.App = await stage.StepAsync($"{scene.Consumer} creates an app", () => scene.Consumer.Portal.CreateAppAsync($"Demo of {DateTime.Now:MMMM d, HH:mm:ss}", ct), app => app.Name);
        scene.First = await AskAsync(stage, scene, product, plan, "I want to try it in our route planner.", showRefusals: true, ct);
    }

    /// <summary>One request, decided, until its key is active.</summary>
    public static async Task<Access> AskAsync(Stage stage, Scene scene, ProductPage product, Plan plan, string reason, bool showRefusals, CancellationToken ct)
    {
        var request = await stage.StepAsync(
            $"{scene.Consumer} requests '{product.Title}' on '{plan.Title}'", () => scene.Consumer.Portal.RequestAccessAsync(scene.App.Id, product.Id, plan.Id, reason, ct),
            request => $"{request.State}: {request.WaitingFor}");
        if (showRefusals) await RefusalsAsync(stage, scene, request, ct);

        await stage.StepAsync($"{scene.Approver} approves", () => scene.Approver.Portal.ApproveAsync(request.Id, "Fits your contract.", ct), approved => approved.State);
        var provisioned = await stage.StepAsync(
            "the key is made at Tyk and read back", () => scene.Consumer.Portal.UntilProvisionedAsync(request.Id, TimeSpan.FromSeconds(60), ct),
            done => $"{done.State}, policies {string.Join(" + ", done.Credential?.Receipt?.PolicyIds ?? [])}, read back {done.Credential?.Receipt?.ReadBackAt:HH:mm:ss.fff}");
        return new Access(product, plan, provisioned, await scene.Tyk.AddressOfAsync(scene.Consumer.Portal, product, ct));
    }

    static async Task RefusalsAsync(Stage stage, Scene scene, AccessRequest request, CancellationToken ct)
    {
        var stranger = scene.Cast.Consumers.First(consumer => consumer != scene.Consumer);
        await stage.RefusedAsync($"{stranger} looks for that request", 404, null, () => stranger.Portal.FindRequestAsync(request.Id, ct));
        await stage.RefusedAsync($"{scene.Consumer} tries to approve it", 403, null, () => ApproveAsync(scene.Consumer));
        if (scene.Inviter is { } inviter) await stage.RefusedAsync($"{inviter}, who made the one-time link of {scene.Consumer}, tries too", 403, null, () => ApproveAsync(inviter));

        Task ApproveAsync(Actor actor) => actor.Portal.PostAsync<AccessRequest>($"/api/provisioning/requests/{request.Id}/approve", new { note = "" }, ct, $"\"{request.Version}\"");
    }
}
