using DevPortal.Eventing;
using Marten;

namespace DevPortal.Identity.People;

/// <summary>Something with its name.</summary>
public sealed record Named(Guid Id, string Name);

/// <summary>The names of the organizations and teams that a page of people or teams is in: two reads, however many they are.</summary>
public sealed class Groups
{
    readonly IReadOnlyDictionary<Guid, string> organisations, teams;

    Groups(IEnumerable<Organisation> organisations, IEnumerable<Team> teams) =>
        (this.organisations, this.teams) = (organisations.ToDictionary(one => one.Id, one => one.Name), teams.ToDictionary(one => one.Id, one => one.Name));

    public static async Task<Groups> OfAsync(IQuerySession session, IReadOnlyCollection<KnownUser> users, CancellationToken ct) => new(
        await session.LoadManyAsync<Organisation>(ct, [.. users.Select(user => user.OrganisationId).Distinct()]),
        await session.LoadManyAsync<Team>(ct, [.. users.SelectMany(user => user.TeamIds).Distinct()]));

    public static async Task<Groups> OfAsync(IQuerySession session, IReadOnlyCollection<Team> teams, CancellationToken ct) =>
        new(await session.LoadManyAsync<Organisation>(ct, [.. teams.Select(team => team.OrganisationId).Distinct()]), teams);

    public Named Organisation(Guid id) => new(id, organisations.GetValueOrDefault(id, ""));

    public Named[] Teams(Guid[] ids) => [.. ids.Where(teams.ContainsKey).Select(id => new Named(id, teams[id]))];
}
