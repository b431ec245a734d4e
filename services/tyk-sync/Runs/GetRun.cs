using System.Globalization;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.TykSync.Runs;

/// <summary>One run with what it did, a page of lines at a time.</summary>
public static class GetRun
{
    public sealed record Output(RunSummary Run, Page<RunLine> Lines);

    public static void MapGetRun(this IEndpointRouteBuilder runs) => runs.MapGet("/{id:guid}", Handle).WithName(nameof(GetRun));

    static async Task<Results<Ok<Output>, NotFound, ProblemHttpResult>> Handle(
        Guid id, IQuerySession session, HttpContext http, CancellationToken cancel, int? limit = null, string? cursor = null)
    {
        if (await session.LoadAsync<Run>(id, cancel) is not { } run) return TypedResults.NotFound();
        if (Skip(cursor) is not { } skip) return Cursor.Refused.ToProblem();

        // The lines are as long as a source is large, so they are no part of what lists read.
        var events = await session.Events.FetchStreamAsync(id, token: cancel);
        var lines = events.Select(happened => Lines(happened.Data)).OfType<RunLine[]>().LastOrDefault() ?? [];
        var size = Cursor.Limit(limit);
        var page = lines.Skip(skip).Take(size).ToArray();
        ETag.Set(http, run.Revision);
        return TypedResults.Ok(new Output(
            RunSummary.Of(run), new Page<RunLine>(page, skip + size < lines.Length ? Cursor.Of((skip + size).ToString(CultureInfo.InvariantCulture)) : null)));
    }

    static RunLine[]? Lines(object happened) => happened switch
    {
        RunFinished finished => finished.Lines,
        RunNeedsConfirmation asks => asks.Lines,
        _ => null,
    };

    static int? Skip(string? cursor) =>
        cursor is null ? 0
        : Cursor.TryRead(cursor, 1, out var parts) && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var skip) ? skip
        : null;
}
