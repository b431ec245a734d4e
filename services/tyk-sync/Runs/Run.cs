using System.Text.Json.Serialization;
using JasperFx.Events;

namespace DevPortal.TykSync.Runs;

/// <summary>What began a run.</summary>
public enum RunTrigger { Start, Schedule, Request }

/// <summary>Where a run is in its life.</summary>
public enum RunStatus
{
    Queued,
    Running,
    Finished,

    /// <summary>It would hide so much that an admin has to say yes; it hid nothing.</summary>
    [JsonStringEnumMemberName("needs-confirmation")]
    NeedsConfirmation,

    /// <summary>An admin said yes and its list is hidden.</summary>
    Applied,

    Failed,
}

/// <summary>What a run did with an object.</summary>
public enum LineAction { Imported, Changed, Returned, Hidden, ToHide, Kept, NotImported, Warning, Error, Note }

/// <summary>One object in a run's report: what was done with it, or not and why. <paramref name="Id"/> is its id at Tyk.</summary>
/// <param name="Id">Its id at Tyk, e.g. <c>weather-forecasts</c>.</param>
public sealed record RunLine(LineAction Action, string Kind, string Id, string? Name, string? Detail);

/// <summary>How many objects a run dealt with.</summary>
public sealed record RunCounts(
    int Policies, int Apis, int Imported, int Changed, int Returned, int Hidden, int ToHide, int Unchanged, int NotImported, int Warnings, int Errors);

/// <summary>One object that a run wants to hide: <paramref name="Version"/> of its stream as the run saw it.</summary>
public sealed record Hiding(Guid Id, long Version, string Because);

public sealed record RunRequested(string Source, RunTrigger Trigger, Guid? RequestedBy, DateTimeOffset OccurredAt);

public sealed record RunStarted(DateTimeOffset OccurredAt);

/// <summary>All done. <paramref name="Lines"/> are cut at <see cref="PlanRun.MostLines"/>; the counts are not.</summary>
public sealed record RunFinished(RunCounts Counts, RunLine[] Lines, DateTimeOffset OccurredAt);

public sealed record RunNeedsConfirmation(string Because, Hiding[] ToHide, RunCounts Counts, RunLine[] Lines, DateTimeOffset OccurredAt);

public sealed record RunApplied(Guid By, int Hidden, DateTimeOffset OccurredAt);

/// <summary>Nothing was hidden; what was committed before it failed stays.</summary>
public sealed record RunFailed(string Because, DateTimeOffset OccurredAt);

/// <summary>A run as lists show it; its lines are in its stream. <paramref name="Revision"/> counts its events (a member named Version would be Marten's).</summary>
public sealed record Run(
    Guid Id, long Revision, string Source, RunTrigger Trigger, Guid? RequestedBy, RunStatus Status, DateTimeOffset RequestedAt,
    DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, RunCounts? Counts, string? Because)
{
    public bool IsOpen => Status is RunStatus.Queued or RunStatus.Running;

    public static Run Create(IEvent<RunRequested> requested) => new(
        requested.StreamId, 1, requested.Data.Source, requested.Data.Trigger, requested.Data.RequestedBy, RunStatus.Queued, requested.Data.OccurredAt,
        null, null, null, null);

    public Run Apply(RunStarted started) => this with { Revision = Revision + 1, Status = RunStatus.Running, StartedAt = started.OccurredAt };

    public Run Apply(RunFinished finished) => this with
    {
        Revision = Revision + 1,
        Status = RunStatus.Finished,
        EndedAt = finished.OccurredAt,
        Counts = finished.Counts,
    };

    public Run Apply(RunNeedsConfirmation asks) => this with
    {
        Revision = Revision + 1,
        Status = RunStatus.NeedsConfirmation,
        EndedAt = asks.OccurredAt,
        Counts = asks.Counts,
        Because = asks.Because,
    };

    public Run Apply(RunApplied applied) => this with
    {
        Revision = Revision + 1,
        Status = RunStatus.Applied,
        EndedAt = applied.OccurredAt,
        Counts = Counts is null ? null : Counts with { Hidden = Counts.Hidden + applied.Hidden, ToHide = 0 },
    };

    public Run Apply(RunFailed failed) => this with { Revision = Revision + 1, Status = RunStatus.Failed, EndedAt = failed.OccurredAt, Because = failed.Because };
}
