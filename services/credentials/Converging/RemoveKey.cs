using DevPortal.Tyk;
using Microsoft.Extensions.Options;

namespace DevPortal.Credentials;

/// <summary>Takes a key away at the gateway until that is believed, and looks again later: a fail-over of its store can lose a delete.</summary>
sealed class RemoveKey(KeyVault vault, Installation installation, IOptions<ConvergeOptions> options, ILogger<RemoveKey> log)
{
    public async Task<Step> RunAsync(Work work, MintedKey key, CancellationToken ct)
    {
        if (!key.CreateSent)
        {
            await vault.GoneAsync(key, looks: 0, nextLook: null, ct);
            return new Step.Settled(null);
        }

        if (key.GoneAt is not null && key.UntilNextLook > TimeSpan.Zero) return new Step.Settled(key.UntilNextLook);
        if (work is not { Source: { } source, Lane: { } lane }) return new Step.Waits(TykSources.NoneFor(work.Grant.Source));

        var (handle, trouble) = key.Handle is { } known ? (known, null) : await LearnHandleAsync(work, key, ct);
        if (handle is null) return new Step.Waits(trouble!);

        var (seen, why) = await source.BelievedAsync(lane, (gateway, cancel) => DeleteAsync(work, gateway, handle, cancel), ct) switch
        {
            Pass<(Seen, string?)>.Believed(var value) => value,
            // What is there, and what was done, is true either way; only what is missing needs belief.
            Pass<(Seen Seen, string?)>.Doubted(var value, var reason) => value.Seen == Seen.NotThere ? (Seen.CannotTell, reason) : value,
            Pass<(Seen, string?)>.NotMade(var reason, _) => (Seen.CannotTell, reason),
            _ => throw new InvalidOperationException("A pass has no other outcome."),
        };
        return seen switch
        {
            Seen.CannotTell => new Step.Waits(why!),
            Seen.Foreign => NotTouched(key),
            _ => await GoneAsync(key, deletedNow: seen == Seen.Deleted, ct),
        };
    }

    enum Seen { Deleted, NotThere, Foreign, CannotTell }

    /// <summary>The create was never answered, so the key may be there and its handle is not known: it is overwritten with one that opens
    /// nothing, and the answer names the handle.</summary>
    async Task<(KeyHash?, string?)> LearnHandleAsync(Work work, MintedKey key, CancellationToken ct)
    {
        if (key.Copy is not { } chosenId) throw new InvalidOperationException($"The key of credential {key.Credential} that is to be removed is not kept any more.");
        if (await work.Source!.PrepareAsync(work.Lane!, ct) is { } trouble) return (null, trouble.Reason);
        await vault.CreateStartsAsync(key, work.Source.LongestCreate, ct);
        await work.Lease.RenewAsync(ct);
        switch (await work.Lane!.Gateway.CreateKey(chosenId, KeyOfOurs.Powerless(installation, key.Credential, work.Grant.OrgId), ct))
        {
            case KeyCreation.Created { Hash: { } handle }:
                await vault.CreateEndedAsync(key, handle, ct);
                return (handle, null);
            case KeyCreation.Created:
                return (null, "the gateway does not hash its keys, so this one can't be named to it");
            case KeyCreation.Refused(var message):
                await vault.CreateEndedAsync(key, null, ct);
                return (null, message);
            case KeyCreation.Failed(var reason, var mayStillLand):
                if (!mayStillLand) await vault.CreateEndedAsync(key, null, ct);
                return (null, reason);
            default:
                throw new InvalidOperationException("A create has no other answer.");
        }
    }

    async Task<(Seen, string?)> DeleteAsync(Work work, TykGateway gateway, KeyHash handle, CancellationToken ct)
    {
        await work.Lease.RenewAsync(ct);
        switch (await gateway.ReadKey(handle, ct))
        {
            case KeyRead.NoSuchKey:
                return (Seen.NotThere, null);
            case KeyRead.Found(var session) when !session.IsOurs(installation, work.Credential.Id):
                return (Seen.Foreign, null);
            case KeyRead.Refused(var message):
                return (Seen.CannotTell, $"the gateway refuses to read the key: {message}");
            case KeyRead.Failed(var reason):
                return (Seen.CannotTell, reason);
        }

        await work.Lease.RenewAsync(ct);
        return await gateway.DeleteKey(handle, ct) switch
        {
            KeyChange.Done => (Seen.Deleted, null),
            KeyChange.NoSuchKey => (Seen.NotThere, null),
            KeyChange.Refused(var message) => (Seen.CannotTell, $"the gateway refuses to delete the key: {message}"),
            KeyChange.Failed(var reason, _) => (Seen.CannotTell, reason),
            _ => throw new InvalidOperationException("A delete has no other answer."),
        };
    }

    async Task<Step> GoneAsync(MintedKey key, bool deletedNow, CancellationToken ct)
    {
        if (key.MayStillLand)
            return new Step.Waits("a create that the gateway did not answer may still be carried out", key.MayLandUntil - key.Now + TimeSpan.FromMilliseconds(100));

        var looks = deletedNow || key.GoneAt is null ? 0 : key.Looks + 1;
        TimeSpan? next = looks switch
        {
            0 => options.Value.LookAgain,
            1 => options.Value.LookLast,
            _ => null,
        };
        await vault.GoneAsync(key, looks, next, ct);
        return new Step.Settled(next);
    }

    Step.Waits NotTouched(MintedKey key)
    {
        log.LogWarning("Credential {Credential}: the gateway holds another's key in the place of ours; it is not touched", key.Credential);
        return new Step.Waits("the gateway holds a key in its place that is not ours; it is not touched");
    }
}
