namespace DevPortal.Contracts.Identity;

/// <summary>Whether a person can act. Only <see cref="Active"/> people can.</summary>
public enum UserStatus { Invited, Pending, Active, Deactivated }

/// <summary>What a person may do. More roles come later (approver, organisation admin).</summary>
public enum UserRole { Member, Admin }

/// <summary>Something about a person changed; carries the whole person, without name or address.</summary>
/// <param name="Origin">The event in the user's stream.</param>
/// <param name="UserId">The subject of tokens.</param>
/// <param name="Status">Whether he can act.</param>
/// <param name="Role">What he may do.</param>
/// <param name="OrganisationId">His one organisation.</param>
/// <param name="TeamIds">His teams, all of that organisation.</param>
/// <param name="LastLinkMadeBy">The admin who made his last one-time link: he decides none of this person's requests.</param>
/// <param name="TokensGoodFrom">Tokens that carry a lower version of the user's stream are refused.</param>
public sealed record UserChanged(
    Origin Origin, Guid UserId, UserStatus Status, UserRole Role, Guid OrganisationId, Guid[] TeamIds,
    Guid? LastLinkMadeBy, long TokensGoodFrom) : IMessage
{
    /// <summary>The admin who made the link that the person's present password came by: he too decides none of his requests.</summary>
    public Guid? UsedLinkMadeBy { get; init; }
}

/// <summary>A team was made, renamed or deleted.</summary>
/// <param name="Origin">The event in the team's stream.</param>
/// <param name="TeamId">The team.</param>
/// <param name="OrganisationId">Its organisation.</param>
/// <param name="Name">Its name.</param>
/// <param name="Deleted">True once it is gone.</param>
public sealed record TeamChanged(Origin Origin, Guid TeamId, Guid OrganisationId, string Name, bool Deleted) : IMessage;

/// <summary>A personal access token is no longer good.</summary>
/// <param name="Origin">The event in the token's stream.</param>
/// <param name="TokenId">The token: claim <c>pat</c> of the access tokens that it was exchanged for.</param>
/// <param name="UserId">Its owner.</param>
public sealed record PersonalAccessTokenRevoked(Origin Origin, Guid TokenId, Guid UserId) : IMessage;
