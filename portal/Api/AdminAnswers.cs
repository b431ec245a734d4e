namespace DevPortal.Portal.Api;

// What the admin's pages read of the API's answers.

public sealed record User(Guid Id, string Name, string Email, string Status, string Role, Named Organization, Named[] Teams, Guid? LastLinkMadeBy, long Version)
{
    public string ETag => $"\"{Version}\"";
}

public sealed record Team(Guid Id, Named Organization, string Name);

/// <summary>Shown once.</summary>
public sealed record Link(string Url, DateTimeOffset ExpiresAt)
{
    public override string ToString() => $"link until {ExpiresAt:O}";
}

public sealed record Invitation(User User, Link Link);

public sealed record Catalog(Guid Id, string Name, string? Slug, string Visibility, CatalogContent? Admin);

public sealed record CatalogContent(Guid[] Audience, Guid[] ProductIds, Guid[] PlanIds);

public sealed record SyncSources(IReadOnlyList<SyncSource> Items);

public sealed record SyncSource(string Name, string Kind, string? Path, string? Url, string? OrgId, string? PublicUrl, bool IssuesCredentials, SyncRun? LastRun);

public sealed record Gateways(IReadOnlyList<Gateway> Items);

/// <summary>Where the keys of a source are made; <paramref name="Usable"/> is null before the first look.</summary>
public sealed record Gateway(string Source, bool? Usable, DateTimeOffset? Since, string? Because, long Issuing, long Rotating, long Revoking);

public sealed record SyncRun(
    Guid Id, string Source, string Trigger, Guid? RequestedBy, string Status, DateTimeOffset RequestedAt, DateTimeOffset? EndedAt, SyncCounts? Counts, string? Because)
{
    public bool Moves => Status is "queued" or "running";
}

public sealed record SyncCounts(
    int Policies, int Apis, int Imported, int Changed, int Returned, int Hidden, int ToHide, int Unchanged, int NotImported, int Warnings, int Errors);

public sealed record SyncRunDetails(SyncRun Run, Page<SyncLine> Lines);

public sealed record SyncLine(string Action, string Kind, string Id, string? Name, string? Detail);

public sealed record FoundCredential(Credential Credential, App? App);
