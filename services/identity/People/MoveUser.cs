using System.ComponentModel.DataAnnotations;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DevPortal.Identity.People;

/// <summary>Gives a person other teams, of the same or of another organisation.</summary>
public static class MoveUser
{
    public sealed record Input(Guid OrganizationId, [property: Required, MaxLength(100)] Guid[] TeamIds);

    public static void MapMoveUser(this IEndpointRouteBuilder users) =>
        users.MapPut("/{id:guid}/teams", Handle).WithName(nameof(MoveUser))
            .Refuses(422, "unknown-organization", "team-missing", "unknown-team-of-that-organization");

    static async Task<Results<NoContent, NotFound, ProblemHttpResult>> Handle(
        Guid id, Input input, [FromHeader(Name = "If-Match")] string? seen, CurrentUser admin, IDocumentSession session, HttpContext http, TimeProvider time, CancellationToken ct)
    {
        var stream = await session.Events.FetchForWriting<KnownUser>(id, ct);
        if (stream.Aggregate is not { } user) return TypedResults.NotFound();
        if (ETag.Refuses(seen, user.SourceVersion) is { } stale) return stale.ToProblem();
        if (await Membership.RefuseAsync(session, input.OrganizationId, input.TeamIds, ct) is { } refusal) return refusal.ToProblem();

        stream.AppendOne(Decide(user, input, admin, time.GetUtcNow()));
        ETag.Set(http, user.SourceVersion + 1);
        var answer = TypedResults.NoContent();
        return await session.TrySaveAsync(http, answer, ct) is { } lost ? lost : answer;
    }

    public static UserMoved Decide(KnownUser user, Input input, CurrentUser admin, DateTimeOffset now) =>
        new(user.AsPerson() with { OrganisationId = input.OrganizationId, TeamIds = [.. input.TeamIds.Distinct()] }, admin.Id, now);
}
