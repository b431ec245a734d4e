using System.Collections.Concurrent;
using System.Text.Json;
using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;
using DevPortal.LocalRun;

namespace DevPortal.Demo.Breaking;

/// <summary>Plays the flow again and again while every part of the portal is broken once, and counts afterwards.</summary>
public static class PlayWhileBreaking
{
    const int Walkers = 3;

    /// <summary>No walk may wait longer than this for its key.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <returns>What was counted; shown on the stage too.</returns>
    /// <exception cref="SceneFailedException">A blow could not be dealt, or the portal believed what it should not.</exception>
    public static async Task<Reckoning> RunAsync(Uri address, IEnumerable<Filling.Account> accounts, StateFolder state, Stage stage, CancellationToken ct)
    {
        var run = RunState.Of(state) ?? throw new InvalidOperationException($"Nothing runs in {state.Path}.");
        if (run is not { StandInAddress: { } standIn, StandInAdminAddress: { } admin }) throw new InvalidOperationException("Only a portal in front of the stand-in is broken: a real Tyk is left alone.");
        using var tyk = new TykFaults(new Uri(admin), SecretOf(state));
        using var caller = new TykCaller(new Uri(standIn));
        using var cast = await stage.StepAsync("everybody signs in", () => Cast.AssembleAsync(address, accounts, ct), cast => string.Join(", ", cast.Actors));
        var scene = await Scene.SetAsync(cast, caller, ct);
        // The widest plan: nothing here is about limits.
        var (product, plan) = scene.Products.SelectMany(product => product.Plans, (product, plan) => (product, plan)).Where(offer => offer.plan.Available).MaxBy(offer => offer.plan.Rate / offer.plan.Per ?? double.MaxValue);

        var victim = await stage.StepAsync("a first walk, to be revoked later", () => Flow.WalkAsync(scene, product, plan, Patience, ct), flow => $"active after {flow.Waited.TotalMilliseconds:0} ms");
        stage.Chapter($"{Walkers} consumers at once ask, are approved and get their keys, over and over");
        var (flows, failed) = (new ConcurrentQueue<Flow>([victim]), new ConcurrentQueue<string>());
        using var last = new CancellationTokenSource();
        var walkers = Enumerable.Range(0, Walkers).Select(_ => WalkOnAsync(last.Token)).ToArray();
        try
        {
            await new Blows(state, run, tyk, stage).StrikeAsync(scene, victim, ct);
        }
        finally
        {
            await tyk.SwitchAsync("none", CancellationToken.None);
            await last.CancelAsync();
            await stage.StepAsync("the last walks end", async () =>
            {
                await Task.WhenAll(walkers);
                return $"{flows.Count} walks";
            });
        }
        var reckoning = await Reckoning.OfAsync(scene, [.. flows], [.. failed], victim, tyk, ct);
        Show(stage, reckoning);
        return reckoning;

        async Task WalkOnAsync(CancellationToken enough)
        {
            while (!enough.IsCancellationRequested)
            {
                try
                {
                    flows.Enqueue(await Flow.WalkAsync(scene, product, plan, Patience, ct));
                }
                catch (Exception failure) when (failure is RefusedException or TimeoutException or InvalidOperationException or HttpRequestException)
                {
                    failed.Enqueue(failure.Message);
                }
                await Task.Delay(TimeSpan.FromMilliseconds(400), ct);
            }
        }
    }

    /// <summary>The stand-in's secret, which the local run made.</summary>
    static string SecretOf(StateFolder state) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(state.Secrets))!["tyk-stand-in"];

    static void Show(Stage stage, Reckoning reckoning)
    {
        stage.Chapter("In the end");
        stage.Say($"{"requests",-14} {reckoning.Requests}");
        stage.Say($"{"keys at Tyk",-14} {reckoning.Keys}   (one request was revoked)");
        stage.Say($"{"lost",-14} {reckoning.Lost.Count}");
        foreach (var lost in reckoning.Lost) stage.Say($"     {lost}");
        stage.Say($"{"doubled",-14} {reckoning.Doubled.Count}");
        foreach (var doubled in reckoning.Doubled) stage.Say($"     {doubled}");
        stage.Say($"{"longest wait",-14} {reckoning.LongestWait.TotalSeconds:0.0} s from approval to an active key");
    }
}
