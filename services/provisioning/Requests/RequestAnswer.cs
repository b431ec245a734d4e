using DevPortal.Contracts.Credentials;

namespace DevPortal.Provisioning;

/// <summary>A request as it is shown. <paramref name="Version"/> in quotes is its ETag.</summary>
/// <param name="WaitingFor">What has to happen next, in words for people; null if nothing has to.</param>
/// <param name="Decision">Approval, rejection or withdrawal.</param>
/// <param name="ExpiresAt">End of the grant; null = never, or not granted.</param>
public sealed record RequestAnswer(
    Guid Id, long Version, RequestState State, string? WaitingFor, Guid AppId, string AppName, RequestedProduct[] Products, RequestedPlan Plan,
    Guid CatalogId, string CatalogName, Guid RequesterId, string Reason, Guid CorrelationId, DateTimeOffset SubmittedAt,
    Decision? Decision, DateTimeOffset? ExpiresAt, RequestedCredential? Credential, Revocation? Revocation)
{
    public static RequestAnswer Of(ProvisioningRequest request) => new(
        request.Id, request.Version, request.State, WaitingForOf(request), request.AppId, request.AppName,
        [.. request.Products.Select(product => new RequestedProduct(product.Id, product.Title))],
        new(request.Plan.Id, request.Plan.Title, request.Plan.Rate, request.Plan.Per, request.Plan.Quota, request.Plan.QuotaRenewal, request.Plan.KeyLifetime),
        request.CatalogId, request.CatalogName, request.RequesterId, request.Reason, request.CorrelationId, request.SubmittedAt,
        request.Decided, request.Granted?.ExpiresAt,
        request.Credential is { } credential
            ? new(credential.CredentialId, credential.State, credential.WaitingFor, credential.Reason, request.Activation?.Receipt, credential.OccurredAt) : null,
        request.Revoked is { } revoked ? new(revoked.By, revoked.At, revoked.Reason, ConfirmedAt(request)) : null);

    static DateTimeOffset? ConfirmedAt(ProvisioningRequest request) =>
        request.Credential is { State: CredentialState.Revoked } credential ? credential.OccurredAt : null;

    static string? WaitingForOf(ProvisioningRequest request) => request.State switch
    {
        RequestState.Pending => "An admin decides.",
        RequestState.Approved when request.Credential?.State is CredentialState.Revoking or CredentialState.Revoked => request.Credential.WaitingFor,
        RequestState.Approved => request.Credential?.WaitingFor ?? "The key is being made at the gateway.",
        RequestState.ProvisioningFailed => $"The key was not made: {request.Credential?.Reason ?? "the gateway refused it"}. An admin can try again or revoke.",
        RequestState.Revoked when ConfirmedAt(request) is null => request.Credential?.WaitingFor ?? "The gateway has not confirmed yet that the key is gone.",
        _ => request.Credential?.WaitingFor,
    };
}

/// <summary>A product that was asked for, as it was called then.</summary>
public sealed record RequestedProduct(Guid Id, string Title);

/// <summary>Calls per seconds, quota per seconds, lifetime of the key in seconds; null = unlimited.</summary>
public sealed record RequestedPlan(Guid Id, string Title, double? Rate, double? Per, long? Quota, long? QuotaRenewal, long? KeyLifetime);

/// <summary>The credential that the approval led to. The receipt is what was last read back from the gateway.</summary>
public sealed record RequestedCredential(Guid Id, CredentialState State, string? WaitingFor, string? Reason, Receipt? Receipt, DateTimeOffset At);

/// <summary>What was given was taken back.</summary>
/// <param name="ConfirmedAt">When the gateway confirmed that the key is gone; null while it has not.</param>
public sealed record Revocation(Guid By, DateTimeOffset At, string? Reason, DateTimeOffset? ConfirmedAt);
