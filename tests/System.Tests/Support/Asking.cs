using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;

namespace DevPortal.SystemTests;

/// <summary>The way to a key, in the steps that tests interrupt.</summary>
public static class Asking
{
    /// <summary>Far beyond what a quiet machine needs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>A request of the consumer's, for an app of its own, on the widest plan that is offered.</summary>
    public static async Task<AccessRequest> AskAsync(this Scene scene, string reason, CancellationToken ct, Func<Plan, bool>? on = null)
    {
        var app = await scene.Consumer.Portal.CreateAppAsync(reason, ct);
        return await scene.AskForAsync(app, reason, ct, on);
    }

    /// <param name="on">Which plan; the widest that is offered unless told.</param>
    public static async Task<AccessRequest> AskForAsync(this Scene scene, App app, string reason, CancellationToken ct, Func<Plan, bool>? on = null)
    {
        var (product, plan) = scene.Products.SelectMany(product => product.Plans, (product, plan) => (product, plan))
            .Where(offer => offer.plan.Available && on?.Invoke(offer.plan) != false)
            .MaxBy(offer => offer.plan.Rate / offer.plan.Per ?? double.MaxValue);
        return await scene.Consumer.Portal.RequestAccessAsync(app.Id, product.Id, plan.Id, reason, ct);
    }

    public static Task<AccessRequest> ApproveAsync(this Scene scene, AccessRequest request, CancellationToken ct) =>
        scene.Approver.Portal.ApproveAsync(request.Id, "Approved in a test.", ct);

    public static Task<AccessRequest> UntilProvisionedAsync(this Scene scene, AccessRequest request, CancellationToken ct) =>
        scene.Consumer.Portal.UntilProvisionedAsync(request.Id, Patience, ct);

    public static async Task<AccessRequest> LookAsync(this Scene scene, AccessRequest request, CancellationToken ct) =>
        (await scene.Consumer.Portal.FindRequestAsync(request.Id, ct)).Value;

    /// <summary>Asked, approved and active at Tyk.</summary>
    public static async Task<AccessRequest> GrantAsync(this Scene scene, string reason, CancellationToken ct)
    {
        var request = await scene.AskAsync(reason, ct);
        await scene.ApproveAsync(request, ct);
        return await scene.UntilProvisionedAsync(request, ct);
    }

    public static Task RevokeAsync(this Scene scene, AccessRequest request, CancellationToken ct) => scene.Approver.Portal.RevokeAsync(request.Id, "Revoked in a test.", ct);

    /// <summary>Tyk has confirmed that the key is gone.</summary>
    public static Task<AccessRequest> UntilRevokedAsync(this Scene scene, AccessRequest request, CancellationToken ct) => Eventually.UntilAsync(
        () => scene.LookAsync(request, ct), seen => seen.Revocation?.ConfirmedAt is not null, Patience, $"the revocation of {request.Id} is confirmed", ct);

    public static Task<AccessRequest> UntilAsync(this Scene scene, AccessRequest request, Func<AccessRequest, bool> isSo, string what, CancellationToken ct) =>
        Eventually.UntilAsync(() => scene.LookAsync(request, ct), isSo, Patience, what, ct);
}
