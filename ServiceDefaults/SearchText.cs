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

    [GeneratedRegex(@"[\p{L}\p{Nd}]+")]
    private static partial Regex Word();
}
