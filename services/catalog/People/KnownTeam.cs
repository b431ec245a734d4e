using DevPortal.Contracts.Identity;
using DevPortal.Eventing;
using Marten;
using MassTransit;

namespace DevPortal.Catalog.People;

/// <summary>A team that an audience can name.</summary>
public sealed record KnownTeam(Guid Id, long SourceVersion, bool Deleted)
{
    public static KnownTeam Create(TeamChanged heard) => new(heard.TeamId, heard.Origin.Version, heard.Deleted);

    public KnownTeam Apply(TeamChanged heard) => heard.IsNewerThan(SourceVersion) ? Create(heard) : this;
}

/// <summary>Keeps which teams there are.</summary>
public sealed class HearTeams(IDocumentSession session) : IConsumer<TeamChanged>
{
    public Task Consume(ConsumeContext<TeamChanged> context) => session.HearAsync(context.Message, context.CancellationToken);
}
