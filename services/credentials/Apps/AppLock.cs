using Marten;
using Npgsql;

namespace DevPortal.Credentials;

/// <summary>Keeps an app from being deleted while a credential is issued into it, and the reverse; ends with the transaction.</summary>
static class AppLock
{
    public static async Task TakeAsync(IDocumentSession session, Guid app, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended($1, 1))") { Parameters = { new() { Value = $"app/{app}" } } };
        await session.ExecuteAsync(command, ct);
    }
}
