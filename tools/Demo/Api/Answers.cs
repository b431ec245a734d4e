namespace DevPortal.Demo.Api;

/// <summary>What the demo reads of the API's answers; everything else in them is passed over.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Something that has a name.</summary>
public sealed record Named(Guid Id, string Name);

public sealed record Me(Guid Id, string Name, string Email, string Role, Named Organization, IReadOnlyList<Named> Teams);

public sealed record Team(Guid Id, Named Organization, string Name);

public sealed record User(Guid Id, string Name, string Email, string Status, string Role);

public sealed record Invitation(User User, Link Link);

/// <summary>A one-time link.</summary>
public sealed record Link(string Url, DateTimeOffset ExpiresAt)
{
    public override string ToString() => $"link until {ExpiresAt:O}";
}

public sealed record Product(Guid Id, string Title, string? Summary, bool Requestable, string? NotRequestableBecause, AdminDetails? Admin);

public sealed record ProductPage(Guid Id, string Title, bool Requestable, IReadOnlyList<ProductApi> Apis, IReadOnlyList<Plan> Plans, IReadOnlyList<Named> Catalogs);

public sealed record ProductApi(Guid Id, string Name, string ListenPath, string? Address, bool HasOpenApi);

/// <param name="Rate">Calls per <paramref name="Per"/> seconds; null = unlimited.</param>
public sealed record Plan(Guid Id, string Title, string? Price, double? Rate, double? Per, bool Available, AdminDetails? Admin);

public sealed record AdminDetails(bool Shown, string PolicyId, string TykName, string? HiddenBecause);

public sealed record Catalog(Guid Id, string Name, string? Slug, string Visibility, CatalogContent? Admin);

public sealed record CatalogContent(Guid[] Audience, Guid[] ProductIds, Guid[] PlanIds);

public sealed record SyncRun(Guid Id, string Source, string Status, SyncCounts? Counts, string? Because);

public sealed record SyncCounts(int Policies, int Apis, int Imported, int NotImported);

public sealed record App(Guid Id, string Name);

public sealed record AccessRequest(
    Guid Id, long Version, string State, string? WaitingFor, Guid AppId, Guid CorrelationId, AccessCredential? Credential, AccessRevocation? Revocation)
{
    /// <summary>The state is the end of an approval: there is no key coming.</summary>
    public bool HasFailed => State is "provisioningFailed" or "rejected" or "withdrawn";
}

public sealed record AccessCredential(Guid Id, string State, string? WaitingFor, Receipt? Receipt);

public sealed record AccessRevocation(Guid By, DateTimeOffset At, DateTimeOffset? ConfirmedAt);

/// <summary>What was read back from Tyk.</summary>
public sealed record Receipt(DateTimeOffset ReadBackAt, string[] PolicyIds, double? Rate, double? Per);

public sealed record Credential(Guid Id, Guid AppId, Guid RequestId, string State, string? WaitingFor, string? Hint, Receipt? Receipt);

public sealed record RevealedKey(string Key, string Hint)
{
    public override string ToString() => Hint;
}

/// <summary>One line of a request's history.</summary>
public sealed record HistoryStep(long Version, string What, DateTimeOffset At, Guid? By, string? Why, Guid CorrelationId);
