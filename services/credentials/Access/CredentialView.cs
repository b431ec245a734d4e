using DevPortal.Contracts.Credentials;

namespace DevPortal.Credentials;

/// <summary>A credential as callers see it: never the key, only its hint.</summary>
/// <param name="Hint">Null before a key is active.</param>
/// <param name="ExpiresAt">End of the grant; null = never.</param>
/// <param name="EffectiveSince">Since when it is effective at the gateway, from the first receipt.</param>
/// <param name="Receipt">What was read back from the gateway last.</param>
/// <param name="RevealUntil">Until then its owner can reveal the key, once; null if he can't (any more).</param>
public sealed record CredentialView(
    Guid Id, Guid AppId, Guid RequestId, CredentialState State, string? WaitingFor, string? Reason, string? Hint, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt,
    DateTimeOffset? EffectiveSince, Receipt? Receipt, DateTimeOffset? RevealUntil, ProductView[] Products, PlanView? Plan)
{
    public static CredentialView Of(Credential it, DateTimeOffset now) => new(
        it.Id, it.AppId, it.RequestId, it.State, it.WaitingFor, it.Reason, it.Hint, it.IssuedAt, it.Grant?.ExpiresAt, it.EffectiveSince, it.Receipt,
        RevealCredential.Refuse(it, now) is null ? it.RevealUntil : null,
        [.. (it.Grant?.Products ?? []).Select(product => new ProductView(product.ProductId, product.Title))],
        it.Grant is { } grant ? new PlanView(grant.PlanId, grant.PlanTitle) : null);
}

/// <summary>A product that the credential opens.</summary>
public sealed record ProductView(Guid Id, string Title);

/// <summary>The plan that the credential is on.</summary>
/// <param name="Title">Its title when it was granted; null where the approval did not say.</param>
public sealed record PlanView(Guid Id, string? Title);
