using System.ComponentModel.DataAnnotations;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Identity.People;

/// <summary>Makes a team in an organization.</summary>
public static class CreateTeam
{
    public sealed record Input([property: Required, StringLength(200, MinimumLength = 1), RegularExpression(PersonalData.OneLine, ErrorMessage = PersonalData.NotOneLine)] string Name, Guid OrganizationId);

    public static void MapCreateTeam(this IEndpointRouteBuilder teams) =>
        teams.MapPost("/", Handle).WithName(nameof(CreateTeam)).Refuses(422, "unknown-organization").WithIdempotency();

    static async Task<Results<Created<TeamAnswer>, ProblemHttpResult>> Handle(
        Input input, CurrentUser admin, IDocumentSession session, HttpContext http, TimeProvider time, CancellationToken ct)
    {
        var organisation = await session.LoadAsync<Organisation>(input.OrganizationId, ct);
        if (Refuse(organisation) is { } refusal) return refusal.ToProblem();
        var created = Decide(input, admin, time.GetUtcNow());
        session.Events.StartStream<Team>(created.TeamId, created);
        var answer = TypedResults.Created($"/api/identity/teams/{created.TeamId}", new TeamAnswer(created.TeamId, new Named(organisation!.Id, organisation.Name), created.Name));
        return await session.TrySaveAsync(http, answer, ct) is { } lost ? lost : answer;
    }

    public static Refusal? Refuse(Organisation? organisation) => organisation is null ? Refusal.Unknown("organizationId", "organization") : null;

    public static TeamCreated Decide(Input input, CurrentUser admin, DateTimeOffset now) =>
        new(Guid.CreateVersion7(now), input.OrganizationId, input.Name.Trim(), admin.Id, now);
}

/// <summary>A team as the public API writes it.</summary>
public sealed record TeamAnswer(Guid Id, Named Organization, string Name)
{
    public static TeamAnswer Of(Team team, Groups groups) => new(team.Id, groups.Organisation(team.OrganisationId), team.Name);
}
