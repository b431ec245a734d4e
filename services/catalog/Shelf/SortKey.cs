using System.Text;

namespace DevPortal.Catalog.Shelf;

/// <summary>What lists are sorted by: short, one line, and the same for upper and lower case, so that it fits an index and a cursor.</summary>
public static class SortKey
{
    const int Longest = 100;

    public static string Of(string title)
    {
        var key = new StringBuilder(Longest);
        // Runes: half a surrogate pair is no text to PostgreSQL.
        foreach (var rune in title.EnumerateRunes().TakeWhile(_ => key.Length < Longest)) key.Append(Rune.IsControl(rune) ? new Rune(' ') : Rune.ToLowerInvariant(rune));
        return key.ToString();
    }
}
