using DevPortal.Contracts;
using Marten;
using Npgsql;

namespace DevPortal.Eventing;

/// <summary>A message that is to be kept.</summary>
/// <param name="Message">Stored as an event.</param>
/// <param name="Stream">The local stream; the source stream's id unless given.</param>
/// <param name="Recorded">Another event to store in the message's place.</param>
/// <param name="Document">What is stored besides.</param>
public sealed record Heard(IMessage Message, Guid? Stream = null, object? Recorded = null, object? Document = null)
{
    internal Guid EventId { get; } = DeterministicId.OfEvent(Message.Origin.Stream, Message.Origin.Version);

    internal Guid LocalStream => Stream ?? Message.Origin.Stream;
}

/// <summary>Facts from other services, kept as events in streams of our own: <c>asOf</c> and rebuild need to ask nobody.</summary>
public static class Hearing
{
    /// <summary>Appends messages to the local streams of their objects unless they are there already, and saves. Order and repetition do not
    /// matter: the event's id is made of the source stream and version, and states fold by <see cref="Origin.Version"/>.</summary>
    /// <param name="session">The consumer's session.</param>
    /// <param name="all">Messages of one correlation.</param>
    /// <param name="cancel">Ends with the consumer.</param>
    public static async Task HearAsync(this IDocumentSession session, IReadOnlyList<Heard> all, CancellationToken cancel)
    {
        var known = await LockAndLookAsync(session, all, cancel);
        Heard[] young = [.. all.Where(one => known.Add(one.EventId))];
        if (young.Length == 0) return;

        session.CorrelationId = young[0].Message.Origin.CorrelationId.ToString();
        foreach (var one in young)
        {
            if (one.Document is { } document) session.StoreObjects([document]);
            var heard = session.Events.BuildEvent(one.Recorded ?? one.Message);
            heard.Id = one.EventId;
            session.Events.Append(one.LocalStream, heard);
        }

        await session.SaveChangesAsync(cancel);
    }

    /// <summary>One message.</summary>
    public static Task HearAsync(this IDocumentSession session, IMessage message, CancellationToken cancel, Guid? stream = null) =>
        session.HearAsync([new Heard(message, stream)], cancel);

    /// <summary>Looks before appending, and keeps others from appending meanwhile: what rolls back after it took a sequence number leaves
    /// a gap that the relay has to wait out. The locks end with the session's transaction; all take them in the same order.</summary>
    static async Task<HashSet<Guid>> LockAndLookAsync(IDocumentSession session, IReadOnlyList<Heard> all, CancellationToken cancel)
    {
        await session.BeginTransactionAsync(cancel);
        await using var command = new NpgsqlCommand("""
            select pg_advisory_xact_lock(key) from (select distinct hashtextextended(stream, 2) as key from unnest(@streams) stream order by key) ordered;
            select id from mt_events where id = any(@ids)
            """);
        command.Parameters.AddWithValue("streams", all.Select(one => one.LocalStream.ToString()).ToArray());
        command.Parameters.AddWithValue("ids", all.Select(one => one.EventId).ToArray());
        await using var reader = await session.ExecuteReaderAsync(command, cancel);
        await reader.NextResultAsync(cancel);
        var known = new HashSet<Guid>();
        while (await reader.ReadAsync(cancel)) known.Add(reader.GetGuid(0));
        return known;
    }

    /// <summary>The fold of whole-state messages: the one with the higher source version stays.</summary>
    public static bool IsNewerThan(this IMessage message, long? known) => known is null || message.Origin.Version > known;
}

/// <summary>Keeps messages that arrive at the same time in one transaction, for queues that can become long: a large Tyk makes tens of thousands.</summary>
public sealed class HearTogether(IDocumentStore store)
{
    readonly Together<Heard> together = new(async (all, cancel) =>
    {
        foreach (var related in all.GroupBy(one => one.Message.Origin.CorrelationId))
        {
            await using var session = Sessions.Trace(store.LightweightSession());
            await session.HearAsync([.. related], cancel);
        }
    });

    /// <summary>Returns when it is committed.</summary>
    public Task HearAsync(Heard heard, CancellationToken cancel) => together.DoAsync(heard, cancel);
}
