using DevPortal.Contracts;
using DevPortal.Eventing;
using Marten;

namespace DevPortal.Credentials;

static class HeardEvents
{
    /// <summary>Gives the first event the id of what was heard, so that two who hear the same collide (unique index on event ids).</summary>
    public static IEnumerable<object> Heard(this IDocumentSession session, IMessage message, params object[] events)
    {
        var first = session.Events.BuildEvent(events[0]);
        first.Id = DeterministicId.OfEvent(message.Origin.Stream, message.Origin.Version);
        return [first, .. events[1..]];
    }
}
