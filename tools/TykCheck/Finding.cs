namespace DevPortal.TykCheck;

/// <summary>What a finding means for the portal.</summary>
public enum Verdict
{
    Good,

    /// <summary>It can't be seen from here.</summary>
    Unknown,

    /// <summary>It works, with less.</summary>
    Warning,

    /// <summary>The source would not work.</summary>
    Bad,
}

/// <summary>One thing about a gateway.</summary>
/// <param name="Code">Stable.</param>
/// <param name="Words">What is so.</param>
/// <param name="Remedy">What to set, where; null where nothing is to be done.</param>
public sealed record Finding(string Code, Verdict Verdict, string Words, string? Remedy = null);
