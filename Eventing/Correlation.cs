using Marten;
using Microsoft.AspNetCore.Http;

namespace DevPortal.Eventing;

/// <summary>The id that all calls, messages and events about one thing carry.</summary>
public static class Correlation
{
    /// <summary>Header of calls: the gateway gives every call one.</summary>
    public const string Header = "X-Correlation-Id";

    /// <summary>Puts the call's id (a new one if it has none) on the events of this session. Where a provisioning request has an id of
    /// its own, set <see cref="IDocumentSession"/>'s <c>CorrelationId</c> to that instead.</summary>
    public static void CorrelateWith(this IDocumentSession session, HttpContext http) =>
        session.CorrelationId = (Guid.TryParse(http.Request.Headers[Header], out var id) ? id : Guid.CreateVersion7()).ToString();
}
