using Microsoft.EntityFrameworkCore;
using IDocumentSession = Marten.IDocumentSession;

namespace DevPortal.Identity.Startup;

/// <summary>Accounts (EF Core) and events (Marten) in one transaction: the session's. It commits when the session saves, and the
/// relay hears of it then.</summary>
public static class OneTransaction
{
    /// <summary>From here on the context works on the session's connection. The session has begun its transaction.</summary>
    public static void JoinTransaction(this IdentityDb db, IDocumentSession session)
    {
        db.Database.SetDbConnection(session.Connection);
        // The connection is in the session's transaction already; one of EF's own would be a second.
        db.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
    }

    /// <summary>Writes the context's changes into the session's transaction.</summary>
    public static async Task SaveWithAsync(this IdentityDb db, IDocumentSession session, CancellationToken ct)
    {
        db.JoinTransaction(session);
        await db.SaveChangesAsync(ct);
    }
}
