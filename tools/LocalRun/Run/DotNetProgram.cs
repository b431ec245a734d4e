namespace DevPortal.LocalRun;

/// <summary>One of this repository's projects, started from what was built.</summary>
/// <param name="project">The project file.</param>
/// <param name="variables">Its environment, beside what it takes over from ours.</param>
internal sealed class DotNetProgram(string project, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables, string log) : IProgram
{
    /// <summary>The build that we run from, e.g. <c>Release/net10.0</c>; what we start is taken from the same one.</summary>
    private static readonly string Build = Path.Combine(AppContext.BaseDirectory.TrimEnd('/').Split('/')[^2..]);

    public RunningProcess? Process { get; private set; }

    public async Task StartAsync(CancellationToken ct)
    {
        var folder = Path.GetDirectoryName(project)!;
        var assembly = Path.Combine(folder, "bin", Build, $"DevPortal.{Path.GetFileNameWithoutExtension(project)}.dll");
        if (!File.Exists(assembly)) throw new FileNotFoundException($"{assembly} is missing: build the solution first.");

        Process = await Launcher.StartAsync(new("dotnet", [assembly, .. arguments], log)
        {
            Folder = folder,
            Environment = Inherited().Concat(variables.Select(entry => KeyValuePair.Create(entry.Key, (string?)entry.Value))).ToDictionary(),
        });
    }

    public Task StopAsync() => Process?.StopAsync(TimeSpan.FromSeconds(25)) ?? Task.CompletedTask;

    // Ours may carry parameters (some secret, and meant for one service only) and the way that we were started ourselves.
    private static IEnumerable<KeyValuePair<string, string?>> Inherited() =>
        from name in Environment.GetEnvironmentVariables().Keys.Cast<string>()
        where name.StartsWith("DEVPORTAL_", StringComparison.Ordinal)
            || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)
            || name is "DOTNET_ENVIRONMENT" or "HTTP_PORTS" or "DOTNET_STARTUP_HOOKS"
        select KeyValuePair.Create(name, (string?)null);
}
