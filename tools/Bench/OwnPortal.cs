using System.Diagnostics;
using DevPortal.LocalRun;

namespace DevPortal.Bench;

/// <summary>A portal that only the bench uses, in a folder of its own; gone with everything in it at the end.</summary>
sealed class OwnPortal : IAsyncDisposable
{
    readonly string[] where;

    public OwnPortal()
    {
        Folder = Path.Combine(new[] { Path.GetTempPath(), "/var/tmp" }.First(ServerUser.CanReach), $"devportal-bench-{Guid.NewGuid():N}"[..24]);
        Directory.CreateDirectory(Folder);
        State = new StateFolder(Path.Combine(Folder, "portal"));
        where = ["--state", State.Path];
        port = Pair();
    }

    readonly int port;

    public string Folder { get; }

    public StateFolder State { get; }

    public Uri Address => new(RunState.Of(State)!.Address);

    public Task UpAsync(CancellationToken ct) => RunAsync("LocalRun", ["up", "--detach", "--port", $"{port}", .. where], ct);

    public Task DownAsync(CancellationToken ct) => RunAsync("LocalRun", ["down", .. where], ct);

    /// <summary>Stops or starts one program, as <c>./devportal stop</c> does.</summary>
    public Task TellAsync(string verb, string program, CancellationToken ct) => RunAsync("LocalRun", [verb, program, .. where], ct);

    /// <summary>Of all .NET programs together.</summary>
    public double Megabytes() => Programs.Where(program => program.IsDotNet).Sum(MegabytesOf);

    /// <summary>Of one program, with what it started.</summary>
    public double MegabytesOf(string program) => MegabytesOf(Programs.Single(one => one.Name == program));

    public int ProcessOf(string program) => Programs.Single(one => one.Name == program).Process!.Id;

    IEnumerable<ProgramState> Programs => RunState.Of(State)!.Programs.Where(program => program.Process is not null);

    static double MegabytesOf(ProgramState program) => Memory.Megabytes(program.Process!.Id) ?? throw new InvalidOperationException($"The memory of {program.Name} can't be read.");

    public async ValueTask DisposeAsync()
    {
        await DownAsync(CancellationToken.None);
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>A program as ./devportal starts it.</summary>
    public static async Task RunAsync(string program, string[] arguments, CancellationToken ct)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [$"tools/{program}/bin/ReadyToRun/net10.0/DevPortal.{program}.dll", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0) throw new InvalidOperationException(string.Join('\n', await said));
    }

    // The stand-in listens on the port after the gateway's.
    static int Pair()
    {
        while (true)
        {
            var port = Ports.Free();
            if (Ports.IsFree(port + 1)) return port;
        }
    }
}
