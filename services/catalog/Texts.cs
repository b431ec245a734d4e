using DevPortal.ServiceDefaults;

namespace DevPortal.Catalog;

/// <summary>What texts of admins may contain. Lengths are on the input records.</summary>
static class Texts
{
    public const int Title = 120, Summary = 300, Description = 50_000, Tag = 40, Tags = 20, Price = 120;

    /// <summary>One line that people can read: not blank, no control characters.</summary>
    public static Refusal? RefuseLine(string field, string? text) => text switch
    {
        null => null,
        _ when string.IsNullOrWhiteSpace(text) => Refusal.Invalid(field, "blank", $"'{field}' is blank."),
        _ when text.Any(char.IsControl) => Refusal.Invalid(field, "control-characters", $"'{field}' is one line without control characters."),
        _ => null,
    };

    /// <summary>One line, or nothing.</summary>
    public static Refusal? RefuseOptionalLine(string field, string? text) => string.IsNullOrWhiteSpace(text) ? null : RefuseLine(field, text);

    /// <summary>Markdown of any number of lines. It is stored as written; whoever shows it renders and cleans it.</summary>
    public static Refusal? RefuseMarkdown(string field, string? text) =>
        text is not null && text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'))
            ? Refusal.Invalid(field, "control-characters", $"'{field}' has control characters other than tabs and line ends.")
            : null;

    /// <summary>A few short lines.</summary>
    public static Refusal? RefuseTags(string[]? tags) => tags?.Select((tag, i) =>
            tag is null or { Length: > Tag } ? Refusal.Invalid($"tags[{i}]", "bad-tag", $"A tag has 1 to {Tag} characters.") : RefuseLine($"tags[{i}]", tag))
        .FirstOrDefault(refusal => refusal is not null);

    /// <summary>Null where nothing is written.</summary>
    public static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
