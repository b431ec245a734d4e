using System.Diagnostics;
using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;

namespace DevPortal.Demo.Breaking;

/// <summary>One walk from an app to a call with the key.</summary>
/// <param name="Waited">From the approval until the consumer saw the key active.</param>
/// <param name="Key">Empty where its only showing was lost with a connection.</param>
public sealed record Flow(Guid AppId, Guid RequestId, Guid CredentialId, Uri Url, string Key, TimeSpan Waited)
{
    public override string ToString() => $"request {RequestId}";

    /// <summary>Everything in it waits out whatever happens meanwhile; a repetition is never a second deed.</summary>
    public static async Task<Flow> WalkAsync(Scene scene, ProductPage product, Plan plan, TimeSpan patience, CancellationToken ct)
    {
        var (consumer, approver) = (scene.Consumer.Portal, scene.Approver.Portal);
        var url = await scene.Tyk.AddressOfAsync(consumer, product, ct);
        var app = await consumer.CreateAppAsync("While everything breaks", ct);
        var request = await consumer.RequestAccessAsync(app.Id, product.Id, plan.Id, "Does it hold?", ct);
        await approver.ApproveAsync(request.Id, "It has to.", ct);
        var approved = Stopwatch.GetTimestamp();
        var provisioned = await consumer.UntilProvisionedAsync(request.Id, patience, ct);
        var waited = Stopwatch.GetElapsedTime(approved);
        var credential = provisioned.Credential!.Id;
        var key = await RevealAsync(consumer, credential, ct);
        return new Flow(app.Id, request.Id, credential, url, key, waited);
    }

    static async Task<string> RevealAsync(PortalClient consumer, Guid credential, CancellationToken ct)
    {
        try
        {
            return (await consumer.RevealAsync(credential, ct)).Key;
        }
        catch (RefusedException shown) when (shown.Code == "secret-already-shown")
        {
            // The answer that carried it was lost on the way. As it says: rotate to get another.
            await consumer.RotateAsync(credential, ct);
            return (await consumer.RevealAsync(credential, ct)).Key;
        }
    }
}
