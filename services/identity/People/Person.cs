using DevPortal.Contracts.Identity;
using DevPortal.Eventing;
using JasperFx.Events;
using Marten.Events.Aggregation;

namespace DevPortal.Identity.People;

/// <summary>All that others need to know of a person; never his name or address. Every event carries it whole.</summary>
/// <param name="TokensGoodFrom">Tokens and sessions that were made at a lower version of the stream are no longer good.</param>
public sealed record Person(UserStatus Status, UserRole Role, Guid OrganisationId, Guid[] TeamIds, Guid? LastLinkMadeBy, long TokensGoodFrom)
{
    /// <summary>Who made the one-time link that the present password came by. The last link, while nobody has used it, may be another's.</summary>
    public Guid? UsedLinkMadeBy { get; init; }
}

/// <summary>Something happened to a person.</summary>
public interface IPersonEvent
{
    Person Person { get; }
    DateTimeOffset OccurredAt { get; }
}

/// <summary>The bootstrap token was typed: the first admin is here.</summary>
public sealed record FirstAdminWelcomed(Person Person, DateTimeOffset OccurredAt) : IPersonEvent;

public sealed record UserInvited(Person Person, Guid By, DateTimeOffset OccurredAt) : IPersonEvent;

/// <summary>An admin made a one-time link, which is as good as signing in as that person until it is used.</summary>
public sealed record OneTimeLinkMade(Person Person, Guid By, DateTimeOffset OccurredAt) : IPersonEvent;

/// <summary>The person set a password through a one-time link: what he was signed in with before ends.</summary>
public sealed record PasswordSetByLink(Person Person, DateTimeOffset OccurredAt) : IPersonEvent;

public sealed record UserMoved(Person Person, Guid By, DateTimeOffset OccurredAt) : IPersonEvent;

public sealed record UserRoleChanged(Person Person, Guid By, DateTimeOffset OccurredAt) : IPersonEvent;

public sealed record UserDeactivated(Person Person, Guid By, DateTimeOffset OccurredAt) : IPersonEvent;

public sealed record UserReactivated(Person Person, Guid By, DateTimeOffset OccurredAt) : IPersonEvent;

/// <summary>Identity knows people at once, in the transaction of the event; other services from messages, in the same shape.</summary>
public sealed class KnowUsers : SingleStreamProjection<KnownUser, Guid>
{
    public static KnownUser Create(IEvent<FirstAdminWelcomed> first) => Next(first.StreamId, 0, first.Data);

    public static KnownUser Create(IEvent<UserInvited> first) => Next(first.StreamId, 0, first.Data);

    public static KnownUser Apply(OneTimeLinkMade happened, KnownUser user) => Next(user.Id, user.SourceVersion, happened);

    public static KnownUser Apply(PasswordSetByLink happened, KnownUser user) => Next(user.Id, user.SourceVersion, happened);

    public static KnownUser Apply(UserMoved happened, KnownUser user) => Next(user.Id, user.SourceVersion, happened);

    public static KnownUser Apply(UserRoleChanged happened, KnownUser user) => Next(user.Id, user.SourceVersion, happened);

    public static KnownUser Apply(UserDeactivated happened, KnownUser user) => Next(user.Id, user.SourceVersion, happened);

    public static KnownUser Apply(UserReactivated happened, KnownUser user) => Next(user.Id, user.SourceVersion, happened);

    static KnownUser Next(Guid id, long version, IPersonEvent happened)
    {
        var now = happened.Person;
        return new KnownUser(id, version + 1, now.Status, now.Role, now.OrganisationId, now.TeamIds, now.LastLinkMadeBy, now.TokensGoodFrom) { UsedLinkMadeBy = now.UsedLinkMadeBy };
    }
}

public static class KnownUserExtensions
{
    /// <summary>The state to change with <c>with</c> when deciding.</summary>
    public static Person AsPerson(this KnownUser user) =>
        new(user.Status, user.Role, user.OrganisationId, user.TeamIds, user.LastLinkMadeBy, user.TokensGoodFrom) { UsedLinkMadeBy = user.UsedLinkMadeBy };
}
