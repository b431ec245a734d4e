using System.Diagnostics;
using DevPortal.Contracts.Credentials;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using DevPortal.Tyk;
using Marten;
using Microsoft.Extensions.Options;
using Npgsql;

namespace DevPortal.Credentials;

/// <summary>The one mechanism for everything: makes the gateway what the credential's stream says, and records what was read back.</summary>
sealed class Converge(
    IServiceScopeFactory scopes, NpgsqlDataSource database, KeyVault vault, EnsureKey ensureKey, CheckKey checkKey, RemoveKey removeKey, IOptions<ConvergeOptions> options,
    ILogger<Converge> log)
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Works on a credential until it is settled or has to wait. Who finds somebody else at it tells him and leaves.</summary>
    public async Task RunAsync(Wake wake, TykSource? source, GatewayLane? lane, CancellationToken ct)
    {
        using var activity = Telemetry.Source.StartActivity("converge credential", ActivityKind.Internal, wake.Trace);
        activity?.SetTag("devportal.credential_id", wake.Credential);
        try
        {
            if (await Lease.TakeAsync(database, wake.Credential, ct) is { } lease) await RunAsync(lease, wake.Credential, source, lane, ct);
        }
        catch (LeaseLostException)
        {
            log.LogInformation("Credential {Credential}: another process went on with it", wake.Credential);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            // The sweep comes back to it when the lease has run out.
            activity?.SetStatus(ActivityStatusCode.Error, failure.GetType().Name);
            if (Failures.MayPass(failure) || failure is NpgsqlException) log.LogWarning("Credential {Credential} is left for later: {Failure}", wake.Credential, failure.Message);
            else log.LogError(failure, "Credential {Credential} met a fault", wake.Credential);
        }
    }

    async Task RunAsync(Lease lease, Guid credential, TykSource? source, GatewayLane? lane, CancellationToken ct)
    {
        Outcome outcome;
        do
        {
            do outcome = await RoundAsync(lease, credential, source, lane, ct); while (outcome.GoOn);
        }
        while (!await lease.TryReleaseAsync(outcome.Due, outcome.Failed, ct));
    }

    async Task<Outcome> RoundAsync(Lease lease, Guid id, TykSource? source, GatewayLane? lane, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<IDocumentSession>();
        var stream = await session.Events.FetchForWriting<Credential>(id, ct);
        if (stream.Aggregate is not { Grant: { } grant } credential) return new Outcome(GoOn: false, null, Failed: false);

        session.CorrelationId = credential.CorrelationId.ToString();
        Telemetry.Correlate(session.CorrelationId);
        var work = new Work(lease, source, lane, session, stream, credential, grant, await vault.ReadAsync(id, ct));
        var steps = new List<Step>
        {
            credential.State switch
            {
                CredentialState.Issuing or CredentialState.Rotating => await ensureKey.RunAsync(work, ct),
                CredentialState.Active or CredentialState.Lost => await checkKey.RunAsync(work, ct),
                _ => new Step.Settled(null),
            },
        };
        if (steps[0] is not Step.Happened)
        {
            foreach (var key in work.Keys.Where(key => !key.Finished && key.Generation < credential.FirstWanted)) steps.Add(await removeKey.RunAsync(work, key, ct));
        }

        var next = Next(credential, steps, scope.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow());
        if (next is not null && !await TryRecordAsync(work, next, ct)) return Outcome.Again;
        return next?.Event switch
        {
            null or CredentialWaiting => Outcome.Of(steps, Pause(lease.Failures)),
            // The first key of a credential leaves nothing behind that would have to go.
            CredentialActivated => new Outcome(GoOn: false, options.Value.CheckActive, Failed: false),
            _ => Outcome.Again,
        };
    }

    /// <summary>What is to be recorded after a round, if anything.</summary>
    internal static Step.Happened? Next(Credential credential, IReadOnlyList<Step> steps, DateTimeOffset now)
    {
        if (steps.OfType<Step.Happened>().FirstOrDefault() is { } happened) return happened;
        var waits = steps.OfType<Step.Waits>().FirstOrDefault()?.For;
        if (credential.State == CredentialState.Revoking && waits is null)
            return new Step.Happened(new CredentialRevoked(credential.Becomes(CredentialState.Revoked), credential.RevokedBy, credential.Reason, now));

        // What has ended waits for nothing; its later looks are ours to worry about.
        var ended = credential.State is CredentialState.Revoked or CredentialState.Refused;
        return ended || waits == credential.WaitingFor ? null : new Step.Happened(new CredentialWaiting(credential.Becomes(credential.State, waits), now));
    }

    /// <summary>False: the stream has moved on meanwhile. What was found may be no longer wanted: read again.</summary>
    static async Task<bool> TryRecordAsync(Work work, Step.Happened happened, CancellationToken ct)
    {
        await work.Session.BeginTransactionAsync(ct);
        await work.Lease.HoldAsync(work.Session, ct);
        happened.AlongWith?.Invoke(work.Session);
        work.Stream.AppendOne(happened.Event);
        try
        {
            await work.Session.SaveChangesAsync(ct);
            return true;
        }
        catch (Exception lost) when (Saving.IsLostRace(lost))
        {
            return false;
        }
    }

    TimeSpan Pause(int failures)
    {
        var pause = Math.Min(FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 20)), options.Value.LongestPause.TotalMilliseconds);
        // Spread out, so that all those who waited for one gateway do not come back at one instant.
        return TimeSpan.FromMilliseconds(pause * (0.8 + (0.2 * Random.Shared.NextDouble())));
    }

    sealed record Outcome(bool GoOn, TimeSpan? Due, bool Failed)
    {
        public static readonly Outcome Again = new(GoOn: true, null, Failed: false);

        public static Outcome Of(IReadOnlyList<Step> steps, TimeSpan pause)
        {
            var dues = steps.Select(step => step switch
            {
                Step.Waits waits => waits.Pause ?? pause,
                Step.Settled settled => settled.LookAgain,
                _ => null,
            });
            return new Outcome(GoOn: false, dues.Min(), steps.Any(step => step is Step.Waits { Pause: null }));
        }
    }
}
