namespace DevPortal.LocalRun;

/// <summary>A PostgreSQL server of one's own, from the system's binaries, on one loopback port.</summary>
public sealed class NativePostgres : IProgram, IAsyncDisposable
{
    private readonly ServerOptions options;
    private readonly string binaries;
    private readonly ServerUser? user;
    private readonly string data;
    private readonly string log;

    /// <exception cref="ServerMissingException">PostgreSQL is not installed.</exception>
    public NativePostgres(ServerOptions options)
    {
        this.options = options;
        binaries = FindBinaries() ?? throw new ServerMissingException("PostgreSQL is not installed: apt-get install postgresql");
        user = ServerUser.For("postgres");
        data = Path.Combine(options.Folder, "data");
        log = options.Log ?? Path.Combine(options.Folder, "postgres.log");
    }

    /// <summary>Without a database: <c>Host=127.0.0.1;Port=…;Username=…;Password=…</c>.</summary>
    public string ConnectionString =>
        $"Host=127.0.0.1;Port={options.Port};Username={options.User};Password={options.Password}";

    public RunningProcess? Process { get; private set; }

    /// <summary>The folder of the newest PostgreSQL's programs, or null when there is none.</summary>
    public static string? FindBinaries() =>
        !Directory.Exists("/usr/lib/postgresql")
            ? null
            : Directory.EnumerateDirectories("/usr/lib/postgresql")
                .Where(version => File.Exists(Path.Combine(version, "bin", "postgres")))
                .OrderByDescending(version => int.TryParse(Path.GetFileName(version), out var number) ? number : 0)
                .Select(version => Path.Combine(version, "bin"))
                .FirstOrDefault();

    /// <summary>Makes the data folder where it is missing, starts the server and waits until it answers. After a stop: the same port and data.</summary>
    /// <exception cref="TimeoutException">It did not come up; the message ends with its log.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        ServerOptions.Prepare(options.Folder, user);
        if (!File.Exists(Path.Combine(data, "PG_VERSION"))) await InitialiseAsync(ct);
        Process = await Launcher.StartAsync(new(Path.Combine(binaries, "postgres"), Arguments(), log)
        {
            User = user,
            Folder = options.Folder,
            // Terminate would wait for every client to leave; interrupt closes their connections and writes a checkpoint.
            StopSignal = Signal.Interrupt,
        });
        await Poll.UntilAsync(IsReadyAsync, options.Patience, () => $"PostgreSQL is not ready on port {options.Port}.\n{LogTail.Of(log)}", ct);
    }

    /// <summary>Stops the server in good order; clients are cut off.</summary>
    public Task StopAsync() => Process?.StopAsync(TimeSpan.FromSeconds(20)) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync() => await StopAsync();

    private IReadOnlyList<string> Arguments()
    {
        string[] settings =
        [
            "max_connections=200", "shared_buffers=64MB", "fsync=on", "synchronous_commit=on", "jit=off",
            "unix_socket_directories=", "listen_addresses=127.0.0.1", "logging_collector=off", "log_destination=stderr",
            "max_wal_size=1GB",
        ];
        return ["-D", data, "-p", $"{options.Port}", .. settings.SelectMany(setting => (string[])["-c", setting])];
    }

    private async Task InitialiseAsync(CancellationToken ct)
    {
        // What a start that was cut short has left behind would make initdb refuse.
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
        var password = Path.Combine(options.Folder, "password");
        ServerOptions.Write(password, options.Password, user);
        try
        {
            var initialise = await Launcher.StartAsync(new(
                Path.Combine(binaries, "initdb"),
                ["-D", data, "-U", options.User, $"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"],
                log)
            { User = user, Folder = options.Folder });
            await initialise.WaitForExitAsync(ct);
            if (initialise.ExitCode != 0) throw new InvalidOperationException($"initdb failed.\n{LogTail.Of(log)}");
        }
        finally
        {
            File.Delete(password);
        }
    }

    private Task<bool> IsReadyAsync()
    {
        if (Process!.HasExited) throw new InvalidOperationException($"PostgreSQL ended with status {Process.ExitCode}.\n{LogTail.Of(log)}");

        // The postmaster writes its process id in the first line and its state in the eighth.
        var file = Path.Combine(data, "postmaster.pid");
        if (!File.Exists(file)) return Task.FromResult(false);
        var lines = File.ReadAllLines(file);
        return Task.FromResult(lines.Length > 7 && lines[0].Trim() == $"{Process.Id}" && lines[7].Trim() == "ready");
    }
}
