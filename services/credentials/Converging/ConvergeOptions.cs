using System.ComponentModel.DataAnnotations;

namespace DevPortal.Credentials;

/// <summary>How often the gateway is looked at, section <c>Converging</c>.</summary>
public sealed record ConvergeOptions
{
    /// <summary>How often an active credential's key is looked for.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "30.00:00:00")]
    public TimeSpan CheckActive { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Second look at a key that was not there: only two in a row make a credential lost.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan CheckMissing { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>First later look whether a deleted key stayed away: a fail-over of the gateway's store can lose a delete.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Last later look, after the first.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan LookLast { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a key can be revealed after it became active.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan RevealWithin { get; init; } = TimeSpan.FromHours(72);

    /// <summary>Longest pause between two tries.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30")]
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);
}
