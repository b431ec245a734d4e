using System.Text.RegularExpressions;
using DevPortal.ServiceDefaults;

namespace DevPortal.Portal.Web;

/// <summary>What an admin types who looks for a key. He may well paste the whole key that he found somewhere: no address ever has it.</summary>
static partial class WantedKey
{
    /// <summary>What may stand in an address: of a key, or of most of one, only the end. Letters that read like words stay, however many they are: of ten
    /// thousand random ends of a key, one reads like that.</summary>
    public static string WithoutKeys(string typed) => KeyLike().Replace(typed.Trim(), key => key.Value.Length < 4 ? "" : key.Value[^4..]);

    /// <summary>Whether it can be a hint of a key.</summary>
    public static bool IsHint(string typed) => Hint().IsMatch(typed);

    [GeneratedRegex(@"[a-z0-9]+_[a-z0-9]+_" + KeyFormat.Credential + @"_[0-9A-Za-z]+|(?<![0-9A-Za-z])(?!(?:[A-Z]?[a-z]+(?:[A-Z][a-z]+)*|[A-Z]+)(?![0-9A-Za-z]))[0-9A-Za-z]{24,}")]
    private static partial Regex KeyLike();

    [GeneratedRegex(@"^(?:[a-z0-9_]*…)?[0-9A-Za-z]{4}\z")]
    private static partial Regex Hint();
}
