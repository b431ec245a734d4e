using DevPortal.ServiceDefaults;

namespace DevPortal.Identity.People;

/// <summary>Lists of people, teams and organisations are in the order of their ids: UUIDv7, so that of their making.</summary>
public static class IdCursor
{
    public static string Of(Guid id) => Cursor.Of(id.ToString("N"));

    /// <summary>No cursor is the start. False: it is none of ours.</summary>
    public static bool TryRead(string? cursor, out Guid after)
    {
        after = Guid.Empty;
        return cursor is null || (Cursor.TryRead(cursor, 1, out var values) && Guid.TryParse(values[0], out after));
    }
}
