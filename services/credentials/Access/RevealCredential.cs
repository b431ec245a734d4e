using DevPortal.Contracts.Credentials;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Credentials;

/// <summary>Shows the key, once: the sealed copy goes with the answer.</summary>
public static class RevealCredential
{
    public static void MapRevealCredential(this IEndpointRouteBuilder credentials) =>
        credentials.MapPost("/{id:guid}/reveal", Handle).WithName(nameof(RevealCredential)).IsCalledBy("the owner of the app")
            .Refuses(403, "owner-only").Refuses(409, "not-active", "too-late-to-reveal", "secret-already-shown").WithIdempotency();

    static async Task<Results<Ok<RevealedKey>, NotFound, ProblemHttpResult>> Handle(
        Guid id, IDocumentSession session, KeyVault vault, CurrentUser caller, HttpContext http, TimeProvider time, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (await SeenCredential.FindAsync(session, id, caller, ct, exclusively: true) is not { } seen) return TypedResults.NotFound();
        if (!seen.IsOwner) return Refusal.Forbidden("owner-only", "Only the app's owner reveals its keys.").ToProblem();
        var now = time.GetUtcNow();
        if (Refuse(seen.Credential, now) is { } refusal) return refusal.ToProblem();

        // The row decides between two who reveal at once; the event only tells.
        if (await vault.TakeCopyAsync(session, id, seen.Credential.Generation, ct) is not { } key) return AlreadyShown.ToProblem();
        session.CorrelationId = seen.Credential.CorrelationId.ToString();
        seen.Stream.AppendOne(new CredentialRevealed(id, caller.Id, now));
        var answer = TypedResults.Ok(new RevealedKey(key.Reveal(), seen.Credential.Hint!));
        return await session.TrySaveAsync(http, answer, ct, carriesSecret: true) is { } refused ? refused : answer;
    }

    internal static Refusal? Refuse(Credential credential, DateTimeOffset now) => credential switch
    {
        { State: not CredentialState.Active } => Refusal.Conflict("not-active", $"The credential is not active but {credential.State.ToString().ToLowerInvariant()}."),
        { IsRevealed: true } => AlreadyShown,
        { RevealUntil: { } until } when until < now => Refusal.Conflict("too-late-to-reveal", "The key was kept for three days only. Rotate to get a new one."),
        _ => null,
    };

    static Refusal AlreadyShown => Refusal.Conflict("secret-already-shown", "The key was shown once and is not kept. Rotate to get a new one.");
}

/// <summary>The one answer that carries a key.</summary>
public sealed record RevealedKey(string Key, string Hint)
{
    public override string ToString() => Hint;
}
