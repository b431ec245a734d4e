namespace DevPortal.LocalRun;

/// <summary>Something that runs as one process: a server or one of our own services.</summary>
public interface IProgram
{
    /// <summary>The process of the last start.</summary>
    RunningProcess? Process { get; }

    /// <summary>Starts it; a server is ready when this returns.</summary>
    Task StartAsync(CancellationToken ct);

    /// <summary>Stops it in good order, and by force where that takes too long.</summary>
    Task StopAsync();
}
