using System.ComponentModel.DataAnnotations;
using DevPortal.Catalog.People;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DevPortal.Catalog.Catalogs;

/// <summary>An admin says which teams see a catalog while it is private.</summary>
public static class ChooseAudience
{
    public sealed record Input([property: Required, MaxLength(1000)] Guid[] TeamIds);

    public static void MapChooseAudience(this IEndpointRouteBuilder catalog) =>
        catalog.MapPut("/catalogs/{id:guid}/audience", Handle).WithName(nameof(ChooseAudience)).Refuses(422, "unknown-team");

    static async Task<Results<NoContent, NotFound, ProblemHttpResult>> Handle(
        Guid id, Input input, [FromHeader(Name = "If-Match")] string? seen, CurrentUser admin, IDocumentSession session, HttpContext http, TimeProvider time, CancellationToken ct)
    {
        session.CorrelateWith(http);
        var stream = await session.Events.FetchForWriting<Catalog>(id, ct);
        if (stream.Aggregate is not { } catalog) return TypedResults.NotFound();
        if (ETag.Refuses(seen, stream.CurrentVersion ?? 0) is { } stale) return stale.ToProblem();
        // A team that identity has just made may not have arrived here yet.
        foreach (var young in input.TeamIds.Except((await session.LoadManyAsync<KnownTeam>(ct, input.TeamIds)).Select(team => team.Id)))
        {
            var (_, notYet) = await NotYetKnown.WaitForAsync(young, "team", time, () => session.LoadAsync<KnownTeam>(young, ct), ct);
            if (notYet is not null) return notYet.ToProblem();
        }

        if (Refuse(input, await session.LoadManyAsync<KnownTeam>(ct, input.TeamIds)) is { } refusal) return refusal.ToProblem();

        var version = stream.CurrentVersion ?? 0;
        if (Decide(catalog, input, admin, time.GetUtcNow()) is { } chosen)
        {
            stream.AppendOne(chosen);
            version++;
        }

        ETag.Set(http, version);
        var answer = TypedResults.NoContent();
        return await session.TrySaveAsync(http, answer, ct) is { } lost ? lost : answer;
    }

    public static Refusal? Refuse(Input input, IReadOnlyList<KnownTeam> known)
    {
        var at = Array.FindIndex(input.TeamIds, id => !known.Any(team => team.Id == id && !team.Deleted));
        return at < 0 ? null : Refusal.Unknown($"teamIds[{at}]", "team");
    }

    /// <summary>Null if it is the audience already.</summary>
    public static AudienceChosen? Decide(Catalog catalog, Input input, CurrentUser admin, DateTimeOffset now)
    {
        Guid[] teams = [.. input.TeamIds.Distinct()];
        return teams.ToHashSet().SetEquals(catalog.Now.Audience) ? null : new AudienceChosen(catalog.Now with { Audience = teams }, admin.Id, now);
    }
}
