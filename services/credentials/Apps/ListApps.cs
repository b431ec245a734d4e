using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Credentials;

/// <summary>The caller's apps, newest first; for admins everybody's, unless `mine=true`.</summary>
public static class ListApps
{
    public static void MapListApps(this IEndpointRouteBuilder apps) =>
        apps.MapGet("/", Handle).WithName(nameof(ListApps)).Refuses(400, "bad-search");

    /// <param name="q">Only apps whose name has words that begin with these, e.g. `route plan`.</param>
    /// <param name="ownerId">Only apps of this person.</param>
    /// <param name="mine">`true`: admins, too, get only their own.</param>
    static async Task<Results<Ok<Page<AppView>>, ProblemHttpResult>> Handle(
        IQuerySession session, CurrentUser caller, CancellationToken ct, int? limit = null, string? cursor = null, bool mine = false, Guid? ownerId = null, string? q = null)
    {
        var before = new Guid("ffffffff-ffff-ffff-ffff-ffffffffffff");
        if (cursor is not null && !(Cursor.TryRead(cursor, 1, out var read) && Guid.TryParse(read[0], out before))) return Cursor.Refused.ToProblem();
        if (SearchText.Refuse(q) is { } tooLong) return tooLong.ToProblem();

        var size = Cursor.Limit(limit);
        // Ids are UUIDv7, so their order is that of creation.
        var (where, values, isNarrow) = ("where id < ? and not is_deleted", new List<object> { before }, false);
        if (!caller.IsAdmin || mine) Narrow(" and owner_id = ?", caller.Id);
        if (ownerId is { } owner) Narrow(" and owner_id = ?", owner);
        if (SearchText.Condition(isNarrow ? WordsOfFew : Words, q) is { } named) where += " and " + named;
        values.Add(size + 1);
        var found = await session.QueryAsync<App>(where + " order by id desc limit ?", ct, [.. values]);
        return TypedResults.Ok(Cursor.Cut([.. found.Select(AppView.Of)], size, last => Cursor.Of(last.Id.ToString())));

        void Narrow(string by, object value)
        {
            where += by;
            values.Add(value);
            isNarrow = true;
        }
    }

    /// <summary>As it is indexed.</summary>
    internal const string Words = "to_tsvector('simple', data ->> 'Name')";

    /// <summary>As it is not indexed: one person's apps are looked through, where the index would first collect everybody's that have the word.</summary>
    const string WordsOfFew = "to_tsvector('simple', (data ->> 'Name') || '')";
}
