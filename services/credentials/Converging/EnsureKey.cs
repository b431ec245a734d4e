using DevPortal.Contracts.Credentials;
using DevPortal.Eventing;
using DevPortal.Tyk;
using Microsoft.Extensions.Options;

namespace DevPortal.Credentials;

/// <summary>Makes the wanted key at the gateway and reads it back. Safe to repeat from any point: the id is chosen before, and a create is an upsert.</summary>
sealed class EnsureKey(KeyVault vault, Installation installation, IOptions<ConvergeOptions> options, TimeProvider time)
{
    public async Task<Step> RunAsync(Work work, CancellationToken ct)
    {
        var (credential, grant) = (work.Credential, work.Grant);
        if (work is not { Source: { } source, Lane: { } lane }) return new Step.Waits(TykSources.NoneFor(grant.Source));
        if (grant.OrgId != source.OrgId) return new Step.Waits($"the source {grant.Source} is of the Tyk organisation {source.OrgId}, not {grant.OrgId}");
        if (grant.ExpiresAt <= time.GetUtcNow() && credential.State == CredentialState.Issuing)
            return new Step.Happened(new CredentialRefused(credential.Becomes(CredentialState.Refused), "what was granted has expired", time.GetUtcNow()));

        var app = await work.Session.LoadAsync<App>(credential.AppId, ct);
        if (app is null || await work.Session.LoadAsync<KnownUser>(app.OwnerId, ct) is not { } owner) return new Step.Waits("the app's owner is not known here yet");
        var recipe = new KeyRecipe(
            [.. grant.Products.Select(product => product.PolicyId)], grant.PlanPolicyId, grant.OrgId,
            new KeyOwner(
                installation.PortalId.ToString(), credential.Id.ToString(), credential.AppId.ToString(), owner.Id.ToString(), owner.OrganisationId.ToString(),
                [.. owner.TeamIds.Select(team => team.ToString())]),
            grant.ExpiresAt);

        if (await source.PrepareAsync(lane, ct) is { } trouble) return new Step.Waits(trouble.Reason);
        await work.Lease.RenewAsync(ct);
        var listing = await lane.Gateway.Policies(grant.OrgId, recipe.Policies.ToHashSet(), ct);
        if (listing is not Listing<TykPolicy>.Listed { Items: var policies }) return new Step.Waits(((Listing<TykPolicy>.Failed)listing).Reason);
        if (recipe.MissingPolicies(policies) is { Count: > 0 } missing) return new Step.Waits(string.Join("; ", missing));

        return await CreateAsync(work, recipe, policies, ct) switch
        {
            (var key, { } handle, null) => await ReadBackAsync(work, recipe, policies, key, handle, ct),
            (_, _, var otherwise) => otherwise!,
        };
    }

    async Task<(MintedKey Key, KeyHash? Handle, Step? Otherwise)> CreateAsync(Work work, KeyRecipe recipe, IReadOnlyList<TykPolicy> policies, CancellationToken ct)
    {
        var gateway = work.Lane!.Gateway;
        var mayTake = work.Source!.LongestCreate;
        if (work.Wanted is { } before) await vault.CreateStartsAsync(before, mayTake, ct);
        var key = work.Wanted ?? await vault.MintAsync(work.Credential.Id, work.Credential.Generation, mayTake, ct);
        if (key.Copy is not { } chosenId) throw new InvalidOperationException($"The key of credential {key.Credential} that is to be created is not kept any more.");

        await work.Lease.RenewAsync(ct);
        switch (await gateway.CreateKey(chosenId, recipe.ToKey(time.GetUtcNow()), ct))
        {
            case KeyCreation.Created created:
                await vault.CreateEndedAsync(key, created.Hash, ct);
                return SourceCheck.Refuse(created) is { } refusal
                    ? (key, null, new Step.Waits($"the source {work.Source.Name} is refused: {refusal.Reason}; {refusal.Remedy}"))
                    : (key, created.Hash, await SetExpiryAsync(work, recipe, policies, created.Hash!, ct));
            case KeyCreation.Refused(var message) when work.Credential.State == CredentialState.Issuing:
                await vault.CreateEndedAsync(key, null, ct);
                return (key, null, new Step.Happened(new CredentialRefused(work.Credential.Becomes(CredentialState.Refused), $"the gateway refuses the key: {message}", time.GetUtcNow())));
            case KeyCreation.Refused(var message):
                await vault.CreateEndedAsync(key, null, ct);
                return (key, null, new Step.Waits($"the gateway refuses the new key: {message}"));
            case KeyCreation.Failed(var reason, var mayStillLand):
                if (!mayStillLand) await vault.CreateEndedAsync(key, null, ct);
                return (key, null, new Step.Waits(reason));
            default:
                throw new InvalidOperationException("A create has no other answer.");
        }
    }

    /// <summary>A policy's own lifetime wins at create; the grant's is put afterwards.</summary>
    async Task<Step?> SetExpiryAsync(Work work, KeyRecipe recipe, IReadOnlyList<TykPolicy> policies, KeyHash handle, CancellationToken ct)
    {
        if (!recipe.ExpiryIsOverridden(policies)) return null;
        await work.Lease.RenewAsync(ct);
        return await work.Lane!.Gateway.UpdateKey(handle, recipe.ToKey(time.GetUtcNow()), suppressReset: true, ct) switch
        {
            KeyChange.Done => null,
            KeyChange.NoSuchKey => new Step.Waits("the gateway does not find the key that it just made"),
            KeyChange.Refused(var message) => new Step.Waits($"the gateway refuses the key's expiry: {message}"),
            KeyChange.Failed(var reason, _) => new Step.Waits(reason),
            _ => throw new InvalidOperationException("An update has no other answer."),
        };
    }

    async Task<Step> ReadBackAsync(Work work, KeyRecipe recipe, IReadOnlyList<TykPolicy> policies, MintedKey key, KeyHash handle, CancellationToken ct)
    {
        await work.Lease.RenewAsync(ct);
        var read = await work.Lane!.Gateway.ReadKey(handle, ct);
        if (read is not KeyRead.Found { Session: var found })
        {
            return new Step.Waits(read switch
            {
                KeyRead.Failed(var reason) => reason,
                KeyRead.Refused(var message) => $"the gateway refuses to read the key back: {message}",
                _ => "the gateway does not find the key that it just made",
            });
        }

        var now = time.GetUtcNow();
        if (ReadBack.Compare(found, recipe, policies, now) is { Count: > 0 } differences)
        {
            var differ = $"the key read back otherwise than granted: {string.Join("; ", differences.Select(difference => difference.Detail))}";
            if (!found.IsOurs(installation, work.Credential.Id)) return new Step.Waits(differ);
            // Nobody has it yet. It goes at once: a key whose plan vanished has no limits.
            await work.Lease.RenewAsync(ct);
            var deleted = await work.Lane.Gateway.DeleteKey(handle, ct);
            // A delete without an answer may be carried out late; the next create must come after it.
            TimeSpan? pause = deleted is KeyChange.Failed { MayStillLand: true } ? work.Source!.LongestCreate : null;
            return new Step.Waits(differ, pause);
        }

        var receipt = ReceiptOf(found, now);
        var active = work.Credential.Becomes(CredentialState.Active, receipt: receipt);
        var revealUntil = now + options.Value.RevealWithin;
        return new Step.Happened(
            work.Credential.State == CredentialState.Issuing
                ? new CredentialActivated(active, key.Hint, revealUntil, now)
                : new CredentialRotated(active, key.Hint, revealUntil, now),
            session => KeyVault.Activate(session, key, revealUntil, options.Value.CheckActive));
    }

    internal static Receipt ReceiptOf(KeySession session, DateTimeOffset now) => new(
        now, [.. session.Policies], session.Expires is { } end ? DateTimeOffset.FromUnixTimeSeconds(end) : null,
        session.Limits.Rate, session.Limits.Per, session.Limits.Quota, session.Limits.QuotaRenewal);
}
