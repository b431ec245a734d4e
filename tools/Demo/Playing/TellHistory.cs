using DevPortal.Demo.Api;

namespace DevPortal.Demo.Playing;

/// <summary>Everything that happened is in the history of the request: who, when, why.</summary>
static class TellHistory
{
    public static async Task PlayAsync(Stage stage, Scene scene, CancellationToken ct)
    {
        stage.Chapter("7  The history");
        await TellAsync(stage, scene, scene.First, ["submitted", "approved", "credentialActivated", "credentialRotated"], ct);
        await TellAsync(stage, scene, scene.Second, ["submitted", "approved", "credentialActivated", "revoked", "credentialRevoked"], ct);
    }

    static async Task TellAsync(Stage stage, Scene scene, Access access, string[] expected, CancellationToken ct)
    {
        var steps = await stage.StepAsync($"{scene.Consumer} reads the history of '{access.Product.Title}'", async () =>
        {
            var steps = await scene.Consumer.Portal.ListAsync<HistoryStep>($"/api/provisioning/requests/{access.RequestId}/history", ct);
            var missing = expected.Except(steps.Select(step => step.What)).ToArray();
            if (missing.Length > 0) throw new WrongException($"It does not tell: {string.Join(", ", missing)}.");
            return steps.All(step => step.CorrelationId == access.CorrelationId) ? steps : throw new WrongException("Not all of it carries the correlation id of the request.");
        }, steps => $"{steps.Count} steps, correlation {access.CorrelationId}");
        foreach (var step in steps) stage.Say($"     {step.At:HH:mm:ss.fff}  {step.What,-26} {scene.Cast.NameOf(step.By),-14} {step.Why}");
    }
}
