using System.Text.RegularExpressions;

namespace DevPortal.ServiceDefaults;

/// <summary>Free text as a search in PostgreSQL's words (configuration <c>simple</c>): each must begin with what was typed.</summary>
public static partial class SearchText
{
    /// <summary>Longest text that is searched for, in characters.</summary>
    public const int Longest = 100;

    /// <summary>400 <c>bad-search</c> for a text that is too long.</summary>
    public static Refusal? Refuse(string? typed) =>
        typed is { Length: > Longest } ? new Refusal(400, "bad-search", $"Search for at most {Longest} characters.", "q") : null;

    /// <summary>For <c>to_tsquery</c>; null if there is no word in it. Nothing that is typed becomes search syntax.</summary>
    public static string? Of(string? typed)
    {
        var words = Word().Matches(typed ?? "").Select(match => match.Value + ":*").ToArray();
        return words.Length == 0 ? null : string.Join(" & ", words);
    }

    /// <summary>The search as a condition in SQL; null if there is no word in it. The words stand in it as a constant: with a parameter the database would plan the
    /// statement once, for words of average rarity, and fetch and sort every row where a common word is asked for.</summary>
    /// <param name="vector">What is searched, as it is indexed.</param>
    /// <param name="typed">What was typed; of it only letters and digits get into the condition.</param>
    public static string? Condition(string vector, string? typed) => Of(typed) is { } words ? $"{vector} @@ to_tsquery('simple', '{words}')" : null;

    [GeneratedRegex(@"[\p{L}\p{Nd}]+")]
    private static partial Regex Word();
}
