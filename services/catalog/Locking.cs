using Marten;
using Npgsql;

namespace DevPortal.Catalog;

/// <summary>One at a time for each product, plan or slug, until the transaction ends.</summary>
static class Locking
{
    /// <summary>Begins the session's transaction and waits for the lock. Read what is judged only after it: whoever holds the lock last
    /// then sees everything that was committed before, so that no older judgement can be written over a newer one.</summary>
    public static Task LockAsync(this IDocumentSession session, Guid id, CancellationToken ct) => session.LockAsync(id.ToString(), ct);

    /// <summary>The same for several, always in the same order.</summary>
    public static async Task LockAsync(this IDocumentSession session, IEnumerable<Guid> ids, CancellationToken ct)
    {
        await session.BeginTransactionAsync(ct);
        await using var command = new NpgsqlCommand("select pg_advisory_xact_lock(key) from (select distinct hashtextextended(id, 2) as key from unnest(@ids) id order by key) ordered");
        command.Parameters.AddWithValue("ids", ids.Select(id => id.ToString()).ToArray());
        await session.ExecuteAsync(command, ct);
    }

    /// <summary>One at a time for a slug: of two who want it at once, the second finds it taken.</summary>
    public static Task LockSlugAsync(this IDocumentSession session, string? slug, CancellationToken ct) =>
        slug is null ? Task.CompletedTask : session.LockAsync($"slug {slug}", ct);

    static async Task LockAsync(this IDocumentSession session, string what, CancellationToken ct)
    {
        await session.BeginTransactionAsync(ct);
        await using var command = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended(@id, 2))");
        command.Parameters.AddWithValue("id", what);
        await session.ExecuteAsync(command, ct);
    }
}
