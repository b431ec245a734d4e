namespace DevPortal.Identity.Tokens;

/// <summary>The stream of a personal access token has its id; neither its hash nor its name is in an event.</summary>
public sealed record PersonalAccessTokenCreated(Guid TokenId, Guid UserId, string[] Scopes, DateTimeOffset ExpiresAt, DateTimeOffset OccurredAt);

public sealed record PersonalAccessTokenEnded(Guid TokenId, Guid UserId, Guid By, DateTimeOffset OccurredAt);

/// <summary>A personal access token at rest: only the keyed hash of it.</summary>
public sealed class StoredToken
{
    public Guid Id { get; init; }
    public Guid UserId { get; init; }
    public required string Name { get; init; }
    public required string[] Scopes { get; init; }
    public required byte[] Hash { get; init; }
    public required string Hint { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; set; }
}

/// <summary>What a personal access token may do at most; its owner's rights hold besides.</summary>
public static class Scopes
{
    public const string Read = "read", Write = "write", Admin = "admin";

    public static readonly string[] All = [Read, Write, Admin];
}
