using DevPortal.Contracts.Identity;
using DevPortal.Eventing;
using Marten;
using Marten.Linq.MatchesSql;
using Npgsql;

namespace DevPortal.Identity.People;

/// <summary>There is a first admin once, and always a last one. Both are questions about all people, so those who could change the
/// answer take turns. (In SQL, because Marten's LINQ does not know how enums are spelled in our JSON.)</summary>
public static class Admins
{
    public static Task<bool> AnyAdminAsync(this IQuerySession session, CancellationToken ct) =>
        session.Query<KnownUser>().AnyAsync(u => u.MatchesSql("d.data ->> 'Role' = 'admin'"), ct);

    public static async Task<bool> IsLastActiveAdminAsync(this IQuerySession session, KnownUser user, CancellationToken ct) =>
        user is { Role: UserRole.Admin, Status: UserStatus.Active }
        && !await session.Query<KnownUser>().AnyAsync(u => u.Id != user.Id && u.MatchesSql("d.data ->> 'Role' = 'admin' and d.data ->> 'Status' = 'active'"), ct);

    /// <summary>Until the end of the session's transaction, which must have begun.</summary>
    public static async Task LockAdminsAsync(this IDocumentSession session, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended('identity/admins', 0))");
        await session.ExecuteAsync(command, ct);
    }
}
