namespace DevPortal.Credentials;

public sealed record AppCreated(Guid AppId, Guid OwnerId, string Name, string? Description, Guid By, DateTimeOffset OccurredAt);

public sealed record AppDescribed(Guid AppId, Guid OwnerId, string Name, string? Description, Guid By, DateTimeOffset OccurredAt);

public sealed record AppDeleted(Guid AppId, Guid OwnerId, string Name, Guid By, DateTimeOffset OccurredAt);

/// <summary>A wrapper for credentials. Personal for now: its owner is one person.</summary>
public sealed record App(Guid Id, Guid OwnerId, string Name, string? Description, DateTimeOffset CreatedAt, bool IsDeleted)
{
    public static App Create(AppCreated e) => new(e.AppId, e.OwnerId, e.Name, e.Description, e.OccurredAt, IsDeleted: false);

    public App Apply(AppDescribed e) => this with { Name = e.Name, Description = e.Description };

    public App Apply(AppDeleted _) => this with { IsDeleted = true };
}
