using System.Globalization;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.TykSync.Runs;

/// <summary>Runs, newest first.</summary>
public static class ListRuns
{
    public static void MapListRuns(this IEndpointRouteBuilder runs) => runs.MapGet("", Handle).WithName(nameof(ListRuns));

    static async Task<Results<Ok<Page<RunSummary>>, ProblemHttpResult>> Handle(
        IQuerySession session, CancellationToken cancel, string? source = null, int? limit = null, string? cursor = null)
    {
        var query = session.Query<Run>().AsQueryable();
        if (source is not null) query = query.Where(run => run.Source == source);
        if (cursor is not null)
        {
            if (Read(cursor) is not var (at, id)) return Cursor.Refused.ToProblem();
            query = query.Where(run => run.RequestedAt < at || (run.RequestedAt == at && run.Id.CompareTo(id) < 0));
        }

        var size = Cursor.Limit(limit);
        var read = await query.OrderByDescending(run => run.RequestedAt).ThenByDescending(run => run.Id).Take(size + 1).ToListAsync(cancel);
        return TypedResults.Ok(Cursor.Cut([.. read.Select(RunSummary.Of)], size, run => Cursor.Of(run.RequestedAt.ToString("O", CultureInfo.InvariantCulture), run.Id.ToString())));
    }

    static (DateTimeOffset At, Guid Id)? Read(string cursor) =>
        Cursor.TryRead(cursor, 2, out var parts)
        && DateTimeOffset.TryParse(parts[0], CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at)
        && Guid.TryParse(parts[1], out var id)
            ? (at, id)
            : null;
}
