using DevPortal.Demo.Api;

namespace DevPortal.Demo.Playing;

/// <summary>A second product on another plan, into the same app.</summary>
static class AskForMore
{
    public static async Task PlayAsync(Stage stage, Scene scene, CancellationToken ct)
    {
        stage.Chapter("4  A second product on another plan, in the same app");
        var (product, plan) = scene.Products.SelectMany(product => product.Plans, (product, plan) => (product, plan))
            .First(offer => offer.plan.Available && offer.product.Id != scene.First.Product.Id && offer.plan.Id != scene.First.Plan.Id);
        scene.Second = await AskForAccess.AskAsync(stage, scene, product, plan, "The planner goes live.", showRefusals: false, ct);
        await UseKey.RevealAsync(stage, scene, scene.Second, ct);
        await UseKey.WorksAsync(stage, scene, scene.Second, ct);
        await stage.StepAsync("the app now", async () =>
        {
            var credentials = await scene.Consumer.Portal.ListAsync<Credential>($"/api/credentials/apps/{scene.App.Id}/credentials", ct);
            return credentials.Count == 2 && credentials.All(credential => credential.State == "active") && credentials.Select(credential => credential.RequestId).Distinct().Count() == 2
                ? "two active credentials, each of its own request"
                : throw new WrongException($"has {string.Join(", ", credentials.Select(credential => credential.State))}");
        });
    }
}
