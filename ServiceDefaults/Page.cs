using System.Buffers.Text;
using System.Text;

namespace DevPortal.ServiceDefaults;

/// <summary>One page of a list. No total and no offset: both cost a scan of everything.</summary>
/// <param name="Items">The items, at most the limit.</param>
/// <param name="Next">Cursor of the next page; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Cursors: the sort key of the last item, opaque to callers.</summary>
public static class Cursor
{
    /// <summary>Largest page that a caller gets; more is cut to it.</summary>
    public const int MaxLimit = 100;

    /// <summary>The page size to use: 20 if none is asked for, at least 1, at most <see cref="MaxLimit"/>.</summary>
    public static int Limit(int? asked) => Math.Clamp(asked ?? 20, 1, MaxLimit);

    /// <summary>Makes a cursor of sort key parts.</summary>
    public static string Of(params string[] parts) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join('\n', parts)));

    /// <summary>Reads a cursor of exactly <paramref name="parts"/> parts. False: it is none of ours, answer <see cref="Refused"/>.</summary>
    public static bool TryRead(string cursor, int parts, out string[] values)
    {
        values = [];
        if (cursor.Length > 1000 || !Base64Url.IsValid(cursor)) return false;
        values = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('\n');
        return values.Length == parts;
    }

    /// <summary>Cuts a list that was read with one item more than the limit into a page.</summary>
    public static Page<T> Cut<T>(IReadOnlyList<T> read, int limit, Func<T, string> cursor) =>
        read.Count > limit ? new Page<T>([.. read.Take(limit)], cursor(read[limit - 1])) : new Page<T>(read, null);

    /// <summary>The answer to a cursor that can't be read.</summary>
    public static Refusal Refused => new(400, "bad-cursor", "The cursor is not one that this list gave out. Start again without it.", "cursor");
}
