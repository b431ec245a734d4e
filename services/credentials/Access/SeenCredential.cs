using DevPortal.Eventing;
using JasperFx.Events;
using Marten;

namespace DevPortal.Credentials;

/// <summary>A credential that the caller may know of, open for a decision.</summary>
/// <param name="IsOwner">False: an admin looks at somebody else's.</param>
sealed record SeenCredential(IEventStream<Credential> Stream, Credential Credential, bool IsOwner)
{
    public long Version => Stream.CurrentVersion ?? 0;

    /// <summary>Null: it is not there, or not the caller's.</summary>
    /// <param name="exclusively">Nobody else appends until the session's transaction ends: for what is decided without <c>If-Match</c>.</param>
    public static async Task<SeenCredential?> FindAsync(IDocumentSession session, Guid id, CurrentUser caller, CancellationToken ct, bool exclusively = false)
    {
        var stream = exclusively ? await session.Events.FetchForExclusiveWriting<Credential>(id, ct) : await session.Events.FetchForWriting<Credential>(id, ct);
        return stream.Aggregate is { } credential && await session.LoadAsync<App>(credential.AppId, ct) is { } app && app.IsSeenBy(caller)
            ? new SeenCredential(stream, credential, app.OwnerId == caller.Id)
            : null;
    }
}
