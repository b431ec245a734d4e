using DevPortal.Contracts;
using DevPortal.Contracts.Identity;
using DevPortal.Eventing;
using DevPortal.Identity.People;
using DevPortal.Identity.Tokens;
using JasperFx.Events;

namespace DevPortal.Identity;

/// <summary>All that identity ever says to others.</summary>
public static class Announcements
{
    public static readonly Announcing All = new(Of, typeof(UserChanged), typeof(TeamChanged), typeof(PersonalAccessTokenRevoked));

    public static IMessage? Of(IEvent recorded) => recorded.Data switch
    {
        IPersonEvent { Person: var now } happened => new UserChanged(
            Announcing.Origin(recorded, happened.OccurredAt), recorded.StreamId, now.Status, now.Role, now.OrganisationId, now.TeamIds, now.LastLinkMadeBy, now.TokensGoodFrom)
        { UsedLinkMadeBy = now.UsedLinkMadeBy },
        TeamCreated team => new TeamChanged(Announcing.Origin(recorded, team.OccurredAt), team.TeamId, team.OrganisationId, team.Name, Deleted: false),
        PersonalAccessTokenEnded ended => new PersonalAccessTokenRevoked(Announcing.Origin(recorded, ended.OccurredAt), ended.TokenId, ended.UserId),
        _ => null,
    };
}
