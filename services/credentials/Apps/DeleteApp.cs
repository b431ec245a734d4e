using DevPortal.Contracts.Credentials;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DevPortal.Credentials;

/// <summary>Deletes an app that has no credentials left.</summary>
public static class DeleteApp
{
    public static void MapDeleteApp(this IEndpointRouteBuilder apps) =>
        apps.MapDelete("/{id:guid}", Handle).WithName(nameof(DeleteApp)).IsCalledBy("the owner of the app, and admins")
            .Refuses(409, "app-has-credentials");

    static async Task<Results<NoContent, NotFound, ProblemHttpResult>> Handle(
        Guid id, [FromHeader(Name = "If-Match")] string? seen, IDocumentSession session, CurrentUser caller, HttpContext http, TimeProvider time, CancellationToken ct)
    {
        await TransactionLock.OfAppAsync(session, id, ct);
        var stream = await session.Events.FetchForWriting<App>(id, ct);
        if (stream.Aggregate is not { } app || !app.IsSeenBy(caller)) return TypedResults.NotFound();
        if (ETag.Refuses(seen, stream.CurrentVersion ?? 0) is { } stale) return stale.ToProblem();
        var credentials = await session.Query<Credential>().Where(credential => credential.AppId == id).ToListAsync(ct);
        if (Refuse(credentials.Select(credential => credential.State)) is { } refusal) return refusal.ToProblem();

        session.CorrelateWith(http);
        stream.AppendOne(new AppDeleted(app.Id, app.OwnerId, app.Name, caller.Id, time.GetUtcNow()));
        return await session.TrySaveAsync(http, TypedResults.NoContent(), ct) is { } refused ? refused : TypedResults.NoContent();
    }

    internal static Refusal? Refuse(IEnumerable<CredentialState> credentials) =>
        credentials.Any(state => state is not (CredentialState.Revoked or CredentialState.Refused))
            ? Refusal.Conflict("app-has-credentials", "The app still has credentials. Revoke them first.")
            : null;
}
