using DevPortal.Contracts.Credentials;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DevPortal.Credentials;

/// <summary>A new key in the place of the old one, at once; the grant and its end stay as they are.</summary>
public static class RotateCredential
{
    public static void MapRotateCredential(this IEndpointRouteBuilder credentials) =>
        credentials.MapPost("/{id:guid}/rotate", Handle).WithName(nameof(RotateCredential)).IsCalledBy("the owner of the app")
            .Refuses(403, "owner-only").Refuses(409, "not-active", "expired").WithIdempotency();

    static async Task<Results<Accepted<CredentialView>, NotFound, ProblemHttpResult>> Handle(
        Guid id, [FromHeader(Name = "If-Match")] string? seenVersion, IDocumentSession session, WakeUp wakeUp, CurrentUser caller, HttpContext http, TimeProvider time,
        CancellationToken ct)
    {
        if (await SeenCredential.FindAsync(session, id, caller, ct) is not { } seen) return TypedResults.NotFound();
        if (!seen.IsOwner) return Refusal.Forbidden("owner-only", "Only the app's owner rotates its keys.").ToProblem();
        if (ETag.Refuses(seenVersion, seen.Version) is { } stale) return stale.ToProblem();
        var now = time.GetUtcNow();
        if (Refuse(seen.Credential, now) is { } refusal) return refusal.ToProblem();

        session.CorrelationId = seen.Credential.CorrelationId.ToString();
        var started = Decide(seen.Credential, caller, now);
        seen.Stream.AppendOne(started);
        var wake = await wakeUp.MarkAsync(session, id, seen.Credential.Grant!.Source, ct);
        ETag.Set(http, seen.Version + 1);
        var answer = TypedResults.Accepted($"/api/credentials/{id}", CredentialView.Of(seen.Credential.Apply(started), now));
        if (await session.TrySaveAsync(http, answer, ct) is { } refused) return refused;
        wake();
        return answer;
    }

    internal static Refusal? Refuse(Credential credential, DateTimeOffset now) => credential switch
    {
        { State: not (CredentialState.Active or CredentialState.Lost) } =>
            Refusal.Conflict("not-active", $"Only an active or lost credential can be rotated; this one is {credential.State.ToString().ToLowerInvariant()}."),
        { Grant.ExpiresAt: { } end } when end <= now => Refusal.Conflict("expired", "What was granted has expired. Ask for it again."),
        _ => null,
    };

    internal static RotationStarted Decide(Credential credential, CurrentUser caller, DateTimeOffset now) =>
        new(credential.Becomes(CredentialState.Rotating), credential.Generation + 1, caller.Id, now);
}
