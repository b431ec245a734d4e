namespace DevPortal.LocalRun;

/// <summary>What can be done to one program of a running portal.</summary>
public enum ControlVerb
{
    /// <summary>As a power cut would; it is started again by itself.</summary>
    Kill,

    /// <summary>In good order; it stays away until <see cref="Start"/>.</summary>
    Stop,

    Start,

    /// <summary>Connections stay open and nothing answers, until <see cref="Resume"/>.</summary>
    Pause,

    Resume,
}
