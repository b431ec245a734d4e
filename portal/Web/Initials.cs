using System.Globalization;

namespace DevPortal.Portal.Web;

/// <summary>The letters that stand for a name where there is no picture.</summary>
static class Initials
{
    /// <summary>The first of each of its first words; what is more than one character in a text, such as an emoji, stays whole.</summary>
    public static string Of(string name, int words = 2) => string.Concat(name.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(words).Select(word => StringInfo.GetNextTextElement(word)));
}
