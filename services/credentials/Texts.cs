namespace DevPortal.Credentials;

/// <summary>Limits of what people write.</summary>
static class Texts
{
    public const int LongestName = 100, Longest = 1000;

    /// <summary>No control characters but line breaks and tabs: PostgreSQL can't store all of them, and no reader wants them.</summary>
    public const string Plain = @"[\P{Cc}\r\n\t]*";

    /// <summary>A name stands in one line.</summary>
    public const string OneLine = @"[\P{Cc}]*";

    public const string NotPlain = "Control characters are not taken.";
}
