namespace DevPortal.LocalRun;

/// <param name="Process">The last process; it may have ended.</param>
/// <param name="HealthAddress">Where it says how it is; null for servers, which say it by running.</param>
/// <param name="Wanted">False while it was stopped on purpose.</param>
public sealed record ProgramState(string Name, ProcessIdentity? Process, string? HealthAddress, string Log, int Restarts, bool Wanted, bool IsDotNet);
