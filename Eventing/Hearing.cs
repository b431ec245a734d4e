using DevPortal.Contracts;
using Marten;
using Npgsql;

namespace DevPortal.Eventing;

/// <summary>Facts from other services, kept as events in streams of our own: <c>asOf</c> and rebuild need to ask nobody.</summary>
public static class Hearing
{
    /// <summary>Appends a message to the local stream of its object unless it is there already, and saves. Order and repetition do not
    /// matter: the event's id is made of the source stream and version, and states fold by <see cref="Origin.Version"/>.</summary>
    /// <param name="session">The consumer's session.</param>
    /// <param name="message">The message; stored as an event.</param>
    /// <param name="stream">The local stream; the source stream's id unless given.</param>
    /// <param name="recorded">Another event to store in the message's place.</param>
    /// <param name="cancel">Ends with the consumer.</param>
    /// <returns>False: it was known.</returns>
    public static async Task<bool> HearAsync(
        this IDocumentSession session, IMessage message, CancellationToken cancel, Guid? stream = null, object? recorded = null)
    {
        var id = DeterministicId.OfEvent(message.Origin.Stream, message.Origin.Version);
        var local = stream ?? message.Origin.Stream;
        if (await LockAndLookAsync(session, local, id, cancel)) return false;

        session.CorrelationId = message.Origin.CorrelationId.ToString();
        var heard = session.Events.BuildEvent(recorded ?? message);
        heard.Id = id;
        session.Events.Append(local, heard);
        await session.SaveChangesAsync(cancel);
        return true;
    }

    /// <summary>Looks before appending, and keeps others from appending meanwhile: what rolls back after it took a sequence number leaves
    /// a gap that the relay has to wait out. The lock ends with the session's transaction.</summary>
    static async Task<bool> LockAndLookAsync(IDocumentSession session, Guid stream, Guid id, CancellationToken cancel)
    {
        await session.BeginTransactionAsync(cancel);
        await using var command = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended(@stream, 2)); select exists (select 1 from mt_events where id = @id)");
        command.Parameters.AddWithValue("stream", stream.ToString());
        command.Parameters.AddWithValue("id", id);
        await using var reader = await session.ExecuteReaderAsync(command, cancel);
        await reader.NextResultAsync(cancel);
        return await reader.ReadAsync(cancel) && reader.GetBoolean(0);
    }

    /// <summary>The fold of whole-state messages: the one with the higher source version stays.</summary>
    public static bool IsNewerThan(this IMessage message, long? known) => known is null || message.Origin.Version > known;
}
