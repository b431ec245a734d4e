using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Credentials;

/// <summary>The caller's apps, newest first; for admins everybody's, unless `mine=true`.</summary>
public static class ListApps
{
    public static void MapListApps(this IEndpointRouteBuilder apps) =>
        apps.MapGet("/", Handle).WithName(nameof(ListApps));

    static async Task<Results<Ok<Page<AppView>>, ProblemHttpResult>> Handle(
        IQuerySession session, CurrentUser caller, CancellationToken ct, int? limit = null, string? cursor = null, bool mine = false)
    {
        var before = new Guid("ffffffff-ffff-ffff-ffff-ffffffffffff");
        if (cursor is not null && !(Cursor.TryRead(cursor, 1, out var read) && Guid.TryParse(read[0], out before))) return Cursor.Refused.ToProblem();

        var size = Cursor.Limit(limit);
        // Ids are UUIDv7, so their order is that of creation.
        var (owner, everybody) = (caller.Id, caller.IsAdmin && !mine);
        var found = await session.QueryAsync<App>(
            everybody
                ? "where id < ? and not is_deleted order by id desc limit ?"
                : "where id < ? and owner_id = ? and not is_deleted order by id desc limit ?",
            ct, everybody ? [before, size + 1] : [before, owner, size + 1]);
        return TypedResults.Ok(Cursor.Cut([.. found.Select(AppView.Of)], size, last => Cursor.Of(last.Id.ToString())));
    }
}
