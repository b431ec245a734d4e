namespace DevPortal.LocalRun;

/// <summary>What a run tells others about itself (<c>run.json</c> of its state folder). No secrets.</summary>
/// <param name="Supervisor">The process that started everything; ending it ends the run.</param>
/// <param name="StandInAdminAddress">Where the stand-in's faults are switched; null where a real gateway is configured.</param>
public sealed record RunState(
    RunPhase Phase,
    ProcessIdentity Supervisor,
    string Address,
    string? StandInAddress,
    string? StandInAdminAddress,
    IReadOnlyList<ProgramState> Programs)
{
    /// <summary>The run of a state folder, or null where none is alive.</summary>
    public static RunState? Of(StateFolder folder) =>
        PrivateFile.ReadJson<RunState>(folder.Run) is { } state && state.Supervisor.IsAlive ? state : null;
}
