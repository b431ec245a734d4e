namespace DevPortal.Portal.Api;

// What pages read of the API's answers. Where a service says more, it is passed over.

public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

public sealed record Named(Guid Id, string Name);

public sealed record Titled(Guid Id, string Title);

public sealed record Me(Guid Id, string Name, string Email, string Role, Named Organization, IReadOnlyList<Named> Teams);

public sealed record PersonalToken(Guid Id, string Name, string[] Scopes, string Hint, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

public sealed record CreatedToken(Guid Id, string Name, string Token)
{
    public override string ToString() => Name;
}

public sealed record ProductItem(Guid Id, string Title, string? Summary, string[] Tags, bool Requestable, string? NotRequestableBecause, AdminDetails? Admin);

public sealed record Product(
    Guid Id, string Title, string? Summary, string? Description, string[] Tags, bool Requestable, string? NotRequestableBecause, string? Authentication,
    IReadOnlyList<ProductApi> Apis, IReadOnlyList<Plan> Plans, IReadOnlyList<Named> Catalogs, ProductDetails? Admin);

/// <summary>For admins who ask for it.</summary>
public sealed record ProductDetails(bool Published, string? HiddenBecause, string[] Warnings);

public sealed record ProductApi(Guid Id, string Name, string ListenPath, string? Address, string[] Authentication, bool HasOpenApi);

/// <summary>Calls per seconds; null means unlimited, and a quota without renewal is all that there is.</summary>
public sealed record Plan(
    Guid Id, string Title, string? Price, string? Description, double? Rate, double? Per, long? Quota, long? QuotaRenewal, long? KeyLifetime,
    bool Available = true, string? NotAvailableBecause = null, AdminDetails? Admin = null);

public sealed record AdminDetails(bool Shown, string Source, string PolicyId, string TykName, string? HiddenBecause, string[] Warnings);

public enum RequestState { Pending, Approved, Provisioned, ProvisioningFailed, Rejected, Withdrawn, Revoked }

public enum CredentialState { Issuing, Active, Rotating, Refused, Revoking, Revoked, Lost }

public sealed record AccessRequest(
    Guid Id, long Version, RequestState State, string? WaitingFor, Guid AppId, string AppName, IReadOnlyList<Titled> Products, Plan Plan,
    string CatalogName, Guid RequesterId, string Reason, Guid CorrelationId, DateTimeOffset SubmittedAt, Decision? Decision, DateTimeOffset? ExpiresAt,
    RequestedCredential? Credential, Revocation? Revocation)
{
    public string Title => string.Join(", ", Products.Select(product => product.Title));

    public string ETag => $"\"{Version}\"";

    /// <summary>Whether it is on its way to another state by itself, so that a look a little later shows more.</summary>
    public bool Moves => State is RequestState.Pending or RequestState.Approved || (State == RequestState.Revoked && Revocation?.ConfirmedAt is null)
        || Credential?.State is CredentialState.Issuing or CredentialState.Rotating or CredentialState.Revoking;
}

public sealed record Decision(Guid By, DateTimeOffset At, string? Reason);

public sealed record RequestedCredential(Guid Id, CredentialState State, string? WaitingFor, string? Reason, Receipt? Receipt, DateTimeOffset At);

public sealed record Revocation(Guid By, DateTimeOffset At, string? Reason, DateTimeOffset? ConfirmedAt);

public sealed record Receipt(DateTimeOffset ReadBackAt, string[] PolicyIds, DateTimeOffset? ExpiresAt, double? Rate, double? Per, long? Quota, long? QuotaRenewal);

public sealed record HistoryStep(long Version, string What, DateTimeOffset At, Guid? By, string? Why, string? WaitingFor, Receipt? Receipt);

public sealed record App(Guid Id, Guid OwnerId, string Name, string? Description, DateTimeOffset CreatedAt);

public sealed record Credential(
    Guid Id, Guid AppId, Guid RequestId, CredentialState State, string? WaitingFor, string? Reason, string? Hint, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt,
    DateTimeOffset? EffectiveSince, Receipt? Receipt, DateTimeOffset? RevealUntil, IReadOnlyList<Titled> Products, CredentialPlan? Plan)
{
    public string Title => string.Join(", ", Products.Select(product => product.Title));

    public bool IsEnding => State is CredentialState.Revoking or CredentialState.Revoked;

    public bool Moves => State is CredentialState.Issuing or CredentialState.Rotating or CredentialState.Revoking;
}

public sealed record CredentialPlan(Guid Id, string? Title);

public sealed record RevealedKey(string Key, string Hint)
{
    public override string ToString() => Hint;
}
