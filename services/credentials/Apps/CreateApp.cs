using System.ComponentModel.DataAnnotations;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Credentials;

/// <summary>Makes a personal app of the caller.</summary>
public static class CreateApp
{
    /// <summary>What people call the app. Names need not be unique: an app is known by its id.</summary>
    public sealed record Input(
        [property: Required, StringLength(Texts.LongestName), RegularExpression(Texts.OneLine, ErrorMessage = Texts.NotPlain)] string Name,
        [property: StringLength(Texts.Longest), RegularExpression(Texts.Plain, ErrorMessage = Texts.NotPlain)] string? Description = null);

    public static void MapCreateApp(this IEndpointRouteBuilder apps) =>
        apps.MapPost("/", Handle).WithName(nameof(CreateApp)).WithIdempotency();

    static async Task<Results<Created<AppView>, ProblemHttpResult>> Handle(
        Input input, IDocumentSession session, CurrentUser caller, HttpContext http, TimeProvider time, CancellationToken ct)
    {
        var created = Decide(input, caller, time.GetUtcNow());
        session.CorrelateWith(http);
        session.Events.StartStream<App>(created.AppId, created);
        ETag.Set(http, 1);
        var answer = TypedResults.Created($"/api/credentials/apps/{created.AppId}", AppView.Of(App.Create(created)));
        return await session.TrySaveAsync(http, answer, ct) is { } refused ? refused : answer;
    }

    internal static AppCreated Decide(Input input, CurrentUser caller, DateTimeOffset now) =>
        new(Guid.CreateVersion7(now), caller.Id, input.Name.Trim(), input.Description?.Trim(), caller.Id, now);
}
