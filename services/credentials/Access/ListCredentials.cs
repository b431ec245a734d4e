using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Credentials;

/// <summary>Credentials of an app, newest first.</summary>
public static class ListCredentials
{
    public static void MapListCredentials(this IEndpointRouteBuilder apps) =>
        apps.MapGet("/{id:guid}/credentials", Handle).WithName(nameof(ListCredentials)).IsCalledBy("the owner of the app, and admins");

    static async Task<Results<Ok<Page<CredentialView>>, NotFound, ProblemHttpResult>> Handle(
        Guid id, IQuerySession session, CurrentUser caller, TimeProvider time, CancellationToken ct, int? limit = null, string? cursor = null)
    {
        var (before, beforeId) = (DateTimeOffset.MaxValue, Guid.Empty);
        if (cursor is not null && !(Cursor.TryRead(cursor, 2, out var read) && DateTimeOffset.TryParse(read[0], out before) && Guid.TryParse(read[1], out beforeId)))
            return Cursor.Refused.ToProblem();
        if (await session.LoadAsync<App>(id, ct) is not { } app || !app.IsSeenBy(caller)) return TypedResults.NotFound();

        var size = Cursor.Limit(limit);
        var found = await session.QueryAsync<Credential>(
            "where app_id = ? and (issued_at, id) < (?, ?) order by issued_at desc, id desc limit ?", ct, id, before.ToUniversalTime(), beforeId, size + 1);
        var now = time.GetUtcNow();
        return TypedResults.Ok(Cursor.Cut([.. found.Select(one => CredentialView.Of(one, now))], size, last => Cursor.Of(last.CreatedAt.ToString("O"), last.Id.ToString())));
    }
}
