using DevPortal.ServiceDefaults;
using JasperFx;
using JasperFx.Events;
using Marten;
using Marten.Exceptions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace DevPortal.Eventing;

/// <summary>How an endpoint ends: one transaction for the events and for the answer that a repeat gets.</summary>
public static class Saving
{
    /// <summary>Commits. Null: done, send <paramref name="answer"/>. Else somebody was faster: send the problem (412).</summary>
    /// <param name="session">The endpoint's session.</param>
    /// <param name="http">The call; with an <c>Idempotency-Key</c> the answer is stored in the same transaction.</param>
    /// <param name="answer">What the caller gets. Headers that a repeat needs (ETag, Location) must be set before.</param>
    /// <param name="cancel">The call's.</param>
    /// <param name="carriesSecret">The answer is not stored; a repeat gets 409 <c>secret-already-shown</c>.</param>
    public static async Task<ProblemHttpResult?> TrySaveAsync(
        this IDocumentSession session, HttpContext http, IResult answer, CancellationToken cancel, bool carriesSecret = false)
    {
        Idempotency.Remember(session, http, answer, carriesSecret);
        try
        {
            await session.SaveChangesAsync(cancel);
            return null;
        }
        catch (Exception lost) when (IsLostRace(lost))
        {
            return Refusal.Stale().ToProblem();
        }
    }

    /// <summary>Somebody else appended to the stream, started it, or stored the same document first.</summary>
    public static bool IsLostRace(Exception exception) => exception is EventStreamUnexpectedMaxEventIdException or ConcurrencyException
        or Marten.Exceptions.ExistingStreamIdCollisionException or JasperFx.Events.ExistingStreamIdCollisionException or DocumentAlreadyExistsException
        or MartenCommandException { InnerException: PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } }
        or PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };
}
