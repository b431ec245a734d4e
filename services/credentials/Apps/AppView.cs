namespace DevPortal.Credentials;

/// <summary>An app as callers see it.</summary>
public sealed record AppView(Guid Id, Guid OwnerId, string Name, string? Description, DateTimeOffset CreatedAt)
{
    public static AppView Of(App app) => new(app.Id, app.OwnerId, app.Name, app.Description, app.CreatedAt);
}
