using System.Diagnostics;
using DevPortal.Demo.Api;

namespace DevPortal.Demo.Playing;

/// <summary>How long it takes from an approval to a key that is active at Tyk.</summary>
static class MeasureApproval
{
    const int Requests = 12;

    public static async Task PlayAsync(Stage stage, Scene scene, CancellationToken ct)
    {
        stage.Chapter($"8  {Requests} more requests: from approval to active at Tyk");
        var (consumer, approver, product, plan) = (scene.Consumer.Portal, scene.Approver.Portal, scene.First.Product, scene.First.Plan);
        var recorded = new List<double>();
        var seen = new List<double>();
        var requests = new List<Guid>();
        await stage.StepAsync("each approved and waited for", async () =>
        {
            for (var number = 1; number <= Requests; number++)
            {
                var app = await consumer.CreateAppAsync($"Speed {number}", ct);
                var request = await consumer.RequestAccessAsync(app.Id, product.Id, plan.Id, "How fast is it?", ct);
                requests.Add(request.Id);
                await approver.ApproveAsync(request.Id, "Fast, we hope.", ct);
                var approved = Stopwatch.GetTimestamp();
                await consumer.UntilProvisionedAsync(request.Id, TimeSpan.FromSeconds(60), ct);
                seen.Add(Stopwatch.GetElapsedTime(approved).TotalMilliseconds);

                var history = await consumer.ListAsync<HistoryStep>($"/api/provisioning/requests/{request.Id}/history", ct);
                recorded.Add((history.First(step => step.What == "credentialActivated").At - history.First(step => step.What == "approved").At).TotalMilliseconds);
            }
            return $"p50 {Median(recorded):0} ms from the decision to the key read back at Tyk, slowest {recorded.Max():0} ms; seen by the consumer after p50 {Median(seen):0} ms";
        });
        await stage.StepAsync("and taken away again", async () =>
        {
            await Task.WhenAll(requests.Select(request => approver.RevokeAsync(request, "Only measured.", ct)));
            return $"{requests.Count} revoked";
        });
    }

    static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
