using DevPortal.ServiceDefaults;
using Marten;

namespace DevPortal.Identity.People;

/// <summary>A person is in exactly one organisation and in at least one of its teams.</summary>
public static class Membership
{
    public static async Task<Refusal?> RefuseAsync(IQuerySession session, Guid organisationId, Guid[] teamIds, CancellationToken ct)
    {
        if (await session.LoadAsync<Organisation>(organisationId, ct) is not { } organisation) return Refusal.Unknown("organizationId", "organization");
        return Refuse(organisation, teamIds, await session.LoadManyAsync<Team>(ct, teamIds));
    }

    public static Refusal? Refuse(Organisation organisation, Guid[] asked, IReadOnlyList<Team> found)
    {
        if (asked.Length == 0) return Refusal.Invalid("teamIds", "team-missing", "A person is in at least one team of his organization.");
        return asked.Any(id => !found.Any(team => team.Id == id && team.OrganisationId == organisation.Id))
            ? Refusal.Unknown("teamIds", "team of that organization")
            : null;
    }
}
