using DevPortal.Eventing;

namespace DevPortal.Identity.People;

public sealed record OrganisationCreated(Guid OrganisationId, string Name, Guid? By, DateTimeOffset OccurredAt);

/// <summary>Groups teams.</summary>
public sealed record Organisation(Guid Id, string Name)
{
    /// <summary>There from the start; strangers without an invitation land here.</summary>
    public static readonly Guid Default = DeterministicId.Of("identity/default-organisation");

    public static Organisation Create(OrganisationCreated created) => new(created.OrganisationId, created.Name);
}

public sealed record TeamCreated(Guid TeamId, Guid OrganisationId, string Name, Guid? By, DateTimeOffset OccurredAt);

/// <summary>Groups people of one organisation.</summary>
public sealed record Team(Guid Id, Guid OrganisationId, string Name)
{
    public static readonly Guid Default = DeterministicId.Of("identity/default-team");

    public static Team Create(TeamCreated created) => new(created.TeamId, created.OrganisationId, created.Name);
}
