namespace DevPortal.Identity.SignIn;

/// <summary>Lets one person set his password once. One per person: a fresh one replaces the last.</summary>
public sealed class OneTimeLink
{
    public const string Type = "link";
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(72);

    public Guid UserId { get; init; }
    public required byte[] Hash { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
}
