namespace DevPortal.LocalRun;

/// <summary>How to start a process.</summary>
/// <param name="File">The program: an absolute path, or a name on the PATH.</param>
/// <param name="Log">The file that standard output and error are appended to; it stays readable whatever becomes of us.</param>
public sealed record Launch(string File, IReadOnlyList<string> Arguments, string Log)
{
    /// <summary>Added to our own environment; a null takes a variable away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    public string? Folder { get; init; }

    /// <summary>The user to become, where we are root and the program should not be.</summary>
    public ServerUser? User { get; init; }

    /// <summary>What ends the program in good order; the kernel sends it also when we die without a chance to.</summary>
    public Signal StopSignal { get; init; } = Signal.Terminate;
}
