using System.ComponentModel.DataAnnotations;
using DevPortal.Contracts.Credentials;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DevPortal.Credentials;

/// <summary>Takes a credential away. It is revoked when the gateway was seen without its keys, not before.</summary>
public static class RevokeCredential
{
    public sealed record Input([property: Required, StringLength(Texts.Longest), RegularExpression(Texts.Plain, ErrorMessage = Texts.NotPlain)] string Reason);

    public static void MapRevokeCredential(this IEndpointRouteBuilder credentials) =>
        credentials.MapPost("/{id:guid}/revoke", Handle).WithName(nameof(RevokeCredential)).IsCalledBy("the owner of the app, and admins")
            .Refuses(409, "already-revoked").WithIdempotency();

    static async Task<Results<Accepted<CredentialView>, NotFound, ProblemHttpResult>> Handle(
        Guid id, [FromHeader(Name = "If-Match")] string? seenVersion, Input input, IDocumentSession session, WakeUp wakeUp, CurrentUser caller, HttpContext http,
        TimeProvider time, CancellationToken ct)
    {
        if (await SeenCredential.FindAsync(session, id, caller, ct) is not { } seen) return TypedResults.NotFound();
        if (ETag.Refuses(seenVersion, seen.Version) is { } stale) return stale.ToProblem();
        if (Refuse(seen.Credential) is { } refusal) return refusal.ToProblem();

        session.CorrelationId = seen.Credential.CorrelationId.ToString();
        var asked = Decide(seen.Credential, caller.Id, input.Reason.Trim(), time.GetUtcNow());
        seen.Stream.AppendOne(asked);
        var wake = await wakeUp.MarkAsync(session, id, seen.Credential.Grant!.Source, ct);
        ETag.Set(http, seen.Version + 1);
        var answer = TypedResults.Accepted($"/api/credentials/{id}", CredentialView.Of(seen.Credential.Apply(asked), asked.OccurredAt));
        if (await session.TrySaveAsync(http, answer, ct) is { } refused) return refused;
        wake();
        return answer;
    }

    internal static Refusal? Refuse(Credential credential) =>
        credential.IsEnding ? Refusal.Conflict("already-revoked", "The credential is revoked, or its revocation is under way.") : null;

    internal static RevocationAsked Decide(Credential credential, Guid by, string reason, DateTimeOffset now) =>
        new(credential.Becomes(CredentialState.Revoking), by, reason, now);
}
