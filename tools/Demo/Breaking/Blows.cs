using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;
using DevPortal.LocalRun;

namespace DevPortal.Demo.Breaking;

/// <summary>What is done to the running portal, one after the other.</summary>
sealed class Blows(StateFolder state, RunState run, TykFaults tyk, Stage stage)
{
    static readonly string[] Services = ["identity", "catalog", "provisioning", "credentials", "tyk-sync", "gateway", "portal"];

    static readonly TimeSpan Between = TimeSpan.FromSeconds(2), BrokerAway = TimeSpan.FromSeconds(10), StoreAway = TimeSpan.FromSeconds(8);

    /// <param name="victim">The access that is revoked while Tyk has no store.</param>
    public async Task StrikeAsync(Scene scene, Flow victim, CancellationToken ct)
    {
        await Task.Delay(Between, ct);
        foreach (var service in Services)
        {
            await stage.StepAsync($"kill -9 {service}", async () =>
            {
                await ControlClient.SendAsync(state, ControlVerb.Kill, service, ct);
                await UntilHealthyAsync(service, ct);
                return "started again and healthy";
            });
            await Task.Delay(Between, ct);
        }

        await stage.StepAsync($"RabbitMQ stops for {BrokerAway.TotalSeconds:0} s", async () =>
        {
            await ControlClient.SendAsync(state, ControlVerb.Stop, "rabbitmq", ct);
            try
            {
                await Task.Delay(BrokerAway, ct);
            }
            finally
            {
                // Also when somebody has seen enough: the portal is left whole.
                await ControlClient.SendAsync(state, ControlVerb.Start, "rabbitmq", CancellationToken.None);
            }

            return "back";
        });
        await Task.Delay(Between, ct);
        await RevokeWithoutStoreAsync(scene, victim, ct);
    }

    async Task UntilHealthyAsync(string service, CancellationToken ct)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var address = run.Programs.Single(program => program.Name == service).HealthAddress!;
        await Eventually.UntilAsync(async () =>
        {
            try
            {
                using var response = await http.GetAsync(address, ct);
                return response.IsSuccessStatusCode;
            }
            catch (Exception away) when (away is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
            {
                return false;
            }
        }, isSo => isSo, TimeSpan.FromMinutes(3), $"{service} is healthy again", ct);
    }

    /// <summary>Without its store Tyk says "no such key" of every key, and a portal that believed it would call a live key revoked.</summary>
    async Task RevokeWithoutStoreAsync(Scene scene, Flow victim, CancellationToken ct)
    {
        await stage.StepAsync("Tyk loses its store, and access is revoked", async () =>
        {
            await tyk.SwitchAsync("store-down", ct);
            return (await scene.Approver.Portal.RevokeAsync(victim.RequestId, "Does it hold?", ct)).State;
        });
        await stage.StepAsync($"the portal does not believe it for {StoreAway.TotalSeconds:0} s", async () =>
        {
            await Task.Delay(StoreAway, ct);
            var request = (await scene.Approver.Portal.FindRequestAsync(victim.RequestId, ct)).Value;
            return request.Revocation is { ConfirmedAt: null } ? $"unconfirmed: {request.WaitingFor}" : throw new WrongException("It says that the key is gone, and it is not.");
        });
        await stage.StepAsync("the store is back, and the key goes", async () =>
        {
            await tyk.SwitchAsync("none", ct);
            var request = await Eventually.UntilAsync(
                async () => (await scene.Approver.Portal.FindRequestAsync(victim.RequestId, ct)).Value, request => request.Revocation?.ConfirmedAt is not null,
                TimeSpan.FromMinutes(2), "the revocation is confirmed", ct);
            return $"confirmed {request.Revocation!.ConfirmedAt:HH:mm:ss.fff}";
        });
    }
}
