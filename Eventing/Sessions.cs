using System.Diagnostics;
using Marten;

namespace DevPortal.Eventing;

/// <summary>Opens sessions that put the trace they belong to on every event, so that the relay can go on with it.</summary>
sealed class Sessions(IDocumentStore store) : ISessionFactory
{
    /// <summary>Event header: W3C trace context of the call that caused the event.</summary>
    public const string TraceParent = "traceparent";

    public IQuerySession QuerySession() => store.QuerySession();

    public IDocumentSession OpenSession() => Trace(store.LightweightSession());

    public static IDocumentSession Trace(IDocumentSession session)
    {
        if (Activity.Current?.Id is { } id) session.SetHeader(TraceParent, id);
        return session;
    }
}
