using System.Net.Sockets;

namespace DevPortal.LocalRun;

/// <summary>
/// A RabbitMQ node of one's own, from the system's binaries, on one loopback port, with its own port mapper (epmd): the
/// usual one would be started as a daemon, be shared with other nodes and outlive them.
/// </summary>
public sealed class NativeRabbitMq : IProgram, IAsyncDisposable
{
    private const string NodeName = "devportal@localhost";

    private readonly ServerOptions options;
    private readonly string binaries;
    private readonly ServerUser? user;
    private readonly string log;
    private readonly int mapperPort;
    private readonly int distributionPort;
    private RunningProcess? mapper;

    /// <param name="mapperPort">A loopback port for the node's own epmd.</param>
    /// <param name="distributionPort">A loopback port on which rabbitmqctl reaches the node.</param>
    /// <exception cref="ServerMissingException">RabbitMQ is not installed.</exception>
    public NativeRabbitMq(ServerOptions options, int mapperPort, int distributionPort)
    {
        this.options = options;
        this.mapperPort = mapperPort;
        this.distributionPort = distributionPort;
        binaries = FindBinaries() ?? throw new ServerMissingException("RabbitMQ is not installed: apt-get install rabbitmq-server");
        user = ServerUser.For("rabbitmq");
        log = options.Log ?? Path.Combine(options.Folder, "rabbitmq.log");
    }

    /// <summary>For the default virtual host.</summary>
    public string Uri => $"amqp://{System.Uri.EscapeDataString(options.User)}:{System.Uri.EscapeDataString(options.Password)}@127.0.0.1:{options.Port}";

    public RunningProcess? Process { get; private set; }

    /// <summary>The folder of RabbitMQ's own scripts, not of the wrappers on the PATH, which switch users; null when there is none.</summary>
    public static string? FindBinaries() =>
        File.Exists("/usr/lib/rabbitmq/bin/rabbitmq-server")
            ? "/usr/lib/rabbitmq/bin"
            : !Directory.Exists("/usr/lib/rabbitmq/lib")
                ? null
                : Directory.EnumerateDirectories("/usr/lib/rabbitmq/lib", "rabbitmq_server-*")
                    .Select(version => Path.Combine(version, "sbin"))
                    .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "rabbitmq-server")));

    /// <summary>Writes the configuration, starts the node and waits until it speaks AMQP. After a stop: the same port and data.</summary>
    /// <exception cref="TimeoutException">It did not come up; the message ends with its log.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        ServerOptions.Prepare(options.Folder, user);
        Configure();
        if (mapper is not null) await mapper.StopAsync(TimeSpan.FromSeconds(5));
        mapper = await Launcher.StartAsync(new("epmd", ["-port", $"{mapperPort}", "-address", "127.0.0.1"], log)
        {
            User = user,
            Folder = options.Folder,
            StopSignal = Signal.Kill,
        });
        await Poll.UntilAsync(() => AcceptsAsync(mapperPort), options.Patience, () => $"epmd is not ready on port {mapperPort}.\n{LogTail.Of(log)}", ct);

        Process = await Launcher.StartAsync(new(Path.Combine(binaries, "rabbitmq-server"), [], log)
        {
            User = user,
            Folder = options.Folder,
            Environment = NodeEnvironment(),
        });
        await Poll.UntilAsync(IsReadyAsync, options.Patience, () => $"RabbitMQ is not ready on port {options.Port}.\n{LogTail.Of(log)}", ct);
    }

    /// <summary>Stops the node in good order, and its epmd.</summary>
    public async Task StopAsync()
    {
        if (Process is not null) await Process.StopAsync(TimeSpan.FromSeconds(20));
        if (mapper is not null) await mapper.StopAsync(TimeSpan.FromSeconds(5));
    }

    /// <summary>Makes a virtual host on which the user may do everything.</summary>
    public async Task AddVirtualHostAsync(string name, CancellationToken ct)
    {
        await ControlAsync(["add_vhost", name], ct);
        await ControlAsync(["set_permissions", "-p", name, options.User, ".*", ".*", ".*"], ct);
    }

    /// <summary>Runs <c>rabbitmqctl</c> against this node.</summary>
    public async Task ControlAsync(IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var control = await Launcher.StartAsync(new(Path.Combine(binaries, "rabbitmqctl"), arguments, log)
        {
            User = user,
            Folder = options.Folder,
            Environment = NodeEnvironment(),
        });
        await control.WaitForExitAsync(ct);
        if (control.ExitCode != 0) throw new InvalidOperationException($"rabbitmqctl {arguments[0]} failed.\n{LogTail.Of(log)}");
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private void Configure()
    {
        ServerOptions.Prepare(Path.Combine(options.Folder, "mnesia"), user);
        ServerOptions.Write(Path.Combine(options.Folder, "enabled_plugins"), "[].\n", user);
        ServerOptions.Write(Path.Combine(options.Folder, "environment.conf"), "", user);
        ServerOptions.Write(Path.Combine(options.Folder, "rabbitmq.conf"), $"""
            listeners.tcp.default = 127.0.0.1:{options.Port}
            default_user = {options.User}
            default_pass = {options.Password}
            log.console = true
            log.console.level = info
            log.file = false
            vm_memory_high_watermark.absolute = 512MB
            disk_free_limit.absolute = 50MB

            """, user);
    }

    private Dictionary<string, string?> NodeEnvironment() => new()
    {
        ["HOME"] = options.Folder,
        // Makes the script replace itself by the Erlang machine, so that signals reach it and no shell stays in between.
        ["RUNNING_UNDER_SYSTEMD"] = "true",
        ["ERL_EPMD_PORT"] = $"{mapperPort}",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODENAME"] = NodeName,
        ["RABBITMQ_NODE_PORT"] = null,
        ["RABBITMQ_DIST_PORT"] = $"{distributionPort}",
        ["RABBITMQ_CONFIG_FILE"] = Path.Combine(options.Folder, "rabbitmq.conf"),
        ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(options.Folder, "environment.conf"),
        ["RABBITMQ_ADVANCED_CONFIG_FILE"] = Path.Combine(options.Folder, "advanced.config"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(options.Folder, "enabled_plugins"),
        ["RABBITMQ_MNESIA_BASE"] = Path.Combine(options.Folder, "mnesia"),
        ["RABBITMQ_LOG_BASE"] = options.Folder,
        ["RABBITMQ_LOGS"] = "-",
        // Two schedulers that sleep when idle: the machine is shared with a dozen other processes.
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] =
            "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}",
        ["RABBITMQ_CTL_ERL_ARGS"] = "+S 1:1 +sbwt none",
    };

    private async Task<bool> IsReadyAsync()
    {
        if (Process!.HasExited) throw new InvalidOperationException($"RabbitMQ ended with status {Process.ExitCode}.\n{LogTail.Of(log)}");

        try
        {
            using var client = new TcpClient();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await client.ConnectAsync("127.0.0.1", options.Port, patience.Token);
            await client.GetStream().WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray(), patience.Token);
            const byte methodFrame = 1;
            var answer = new byte[1];
            return await client.GetStream().ReadAsync(answer, patience.Token) == 1 && answer[0] == methodFrame;
        }
        catch (Exception notYet) when (notYet is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<bool> AcceptsAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
