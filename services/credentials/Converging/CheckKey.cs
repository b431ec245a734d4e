using DevPortal.Contracts.Credentials;
using DevPortal.Tyk;
using Microsoft.Extensions.Options;

namespace DevPortal.Credentials;

/// <summary>Looks now and then whether an active credential's key is still at the gateway. Nothing is made again behind anybody's back.</summary>
sealed class CheckKey(KeyVault vault, Installation installation, IOptions<ConvergeOptions> options, TimeProvider time, ILogger<CheckKey> log)
{
    public async Task<Step> RunAsync(Work work, CancellationToken ct)
    {
        // The gateway takes away what has expired: that is no loss, and nothing is left to look at.
        if (work.Grant.ExpiresAt <= time.GetUtcNow()) return new Step.Settled(null);
        if (work is not { Source: { } source, Lane: { } lane, Wanted: { Handle: { } handle } key }) return new Step.Settled(options.Value.CheckActive);
        if (key.UntilNextLook > TimeSpan.Zero) return new Step.Settled(key.UntilNextLook);

        var seen = await source.BelievedAsync(lane, async (gateway, cancel) =>
        {
            await work.Lease.RenewAsync(cancel);
            return await gateway.ReadKey(handle, cancel);
        }, ct);
        var isThere = seen switch
        {
            Pass<KeyRead>.Believed(KeyRead.Found found) => found,
            Pass<KeyRead>.Doubted(KeyRead.Found found, _) => found,
            _ => null,
        };
        if (isThere is not null && !isThere.Session.IsOurs(installation, work.Credential.Id))
            log.LogWarning("Credential {Credential}: the gateway holds another's key in the place of ours; it is not touched", key.Credential);

        var misses = seen is Pass<KeyRead>.Believed(KeyRead.NoSuchKey) ? key.Misses + 1 : isThere is not null ? 0 : key.Misses;
        var next = misses == 1 ? options.Value.CheckMissing : options.Value.CheckActive;
        await vault.CheckedAsync(key, misses, next, ct);
        return (work.Credential.State, misses) switch
        {
            (CredentialState.Active, >= 2) => new Step.Happened(new CredentialLost(work.Credential.Becomes(CredentialState.Lost), time.GetUtcNow())),
            (CredentialState.Lost, 0) when isThere is not null && isThere.Session.IsOurs(installation, work.Credential.Id) =>
                new Step.Happened(new CredentialFound(work.Credential.Becomes(CredentialState.Active), time.GetUtcNow())),
            _ => new Step.Settled(next),
        };
    }
}
