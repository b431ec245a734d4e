using Marten;
using Npgsql;

namespace DevPortal.Credentials;

/// <summary>Takes turns until the transaction ends: an app is not deleted while a credential is issued into it, and of two who hear the same
/// the second sees what the first did (a rolled-back append would leave a gap that the relay waits out).</summary>
static class TransactionLock
{
    public static Task OfAppAsync(IDocumentSession session, Guid app, CancellationToken ct) => TakeAsync(session, $"app/{app}", null, ct);

    public static Task OfCredentialAsync(IDocumentSession session, Guid credential, CancellationToken ct) => TakeAsync(session, $"credential/{credential}", null, ct);

    public static Task OfBothAsync(IDocumentSession session, Guid app, Guid credential, CancellationToken ct) =>
        TakeAsync(session, $"app/{app}", $"credential/{credential}", ct);

    static async Task TakeAsync(IDocumentSession session, string first, string? second, CancellationToken ct)
    {
        await session.BeginTransactionAsync(ct);
        await using var command = new NpgsqlCommand(
            $"select pg_advisory_xact_lock(hashtextextended($1, 1)){(second is null ? "" : ", pg_advisory_xact_lock(hashtextextended($2, 1))")}");
        command.Parameters.Add(new() { Value = first });
        if (second is not null) command.Parameters.Add(new() { Value = second });
        await session.ExecuteAsync(command, ct);
    }
}
