using System.ComponentModel.DataAnnotations;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DevPortal.Credentials;

/// <summary>Gives an app another name and description.</summary>
public static class ChangeApp
{
    public sealed record Input(
        [property: Required, StringLength(Texts.LongestName), RegularExpression(Texts.OneLine, ErrorMessage = Texts.NotPlain)] string Name,
        [property: StringLength(Texts.Longest), RegularExpression(Texts.Plain, ErrorMessage = Texts.NotPlain)] string? Description = null);

    public static void MapChangeApp(this IEndpointRouteBuilder apps) =>
        apps.MapPut("/{id:guid}", Handle).WithName(nameof(ChangeApp)).IsCalledBy("the owner of the app, and admins");

    static async Task<Results<Ok<AppView>, NotFound, ProblemHttpResult>> Handle(
        Guid id, [FromHeader(Name = "If-Match")] string? seen, Input input, IDocumentSession session, CurrentUser caller, HttpContext http, TimeProvider time,
        CancellationToken ct)
    {
        var stream = await session.Events.FetchForWriting<App>(id, ct);
        if (stream.Aggregate is not { } app || !app.IsSeenBy(caller)) return TypedResults.NotFound();
        var version = stream.CurrentVersion ?? 0;
        if (ETag.Refuses(seen, version) is { } stale) return stale.ToProblem();

        session.CorrelateWith(http);
        var described = Decide(app, input, caller, time.GetUtcNow());
        stream.AppendOne(described);
        ETag.Set(http, version + 1);
        var answer = TypedResults.Ok(AppView.Of(app.Apply(described)));
        return await session.TrySaveAsync(http, answer, ct) is { } refused ? refused : answer;
    }

    internal static AppDescribed Decide(App app, Input input, CurrentUser caller, DateTimeOffset now) =>
        new(app.Id, app.OwnerId, input.Name.Trim(), input.Description?.Trim(), caller.Id, now);
}
