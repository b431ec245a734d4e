using System.Security.Cryptography;
using System.Text;

namespace DevPortal.LocalRun;

/// <summary>Where one run keeps what the next one needs: <c>.devportal/</c> of the checkout, or another folder for another run beside it.</summary>
public sealed class StateFolder
{
    public StateFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        MakePrivate();
    }

    public string Path { get; }

    public string Logs => File("logs");

    /// <summary>What the stand-in keeps of Tyk: keys' rights and hashes, counters.</summary>
    public string StandIn => File("tyk");

    /// <summary>The accounts that tools/Demo made; also identity's shortcuts.</summary>
    public string Accounts => File("accounts.json");

    public string BootstrapToken => File("bootstrap-token");

    public string Secrets => File("secrets.json");

    /// <summary>The Tyk that was chosen, with its secret; empty = the stand-in.</summary>
    public string Tyk => File("tyk.json");

    public string Ports => File("ports.json");

    public string Run => File("run.json");

    /// <summary>Where metrics are, for Prometheus.</summary>
    public string PrometheusTargets => File("prometheus-targets.json");

    public string Lock => File("lock");

    /// <summary>The socket that <see cref="ControlClient"/> calls. The kernel allows it 107 characters.</summary>
    public string Control => File("control.sock") is { Length: <= 107 } inside ? inside : $"/tmp/devportal-{Id}.sock";

    /// <summary>Where the servers' data lies: in here, unless the servers' own users cannot come here.</summary>
    public string Data
    {
        get
        {
            var note = File("data-folder");
            if (System.IO.File.Exists(note)) return System.IO.File.ReadAllText(note).Trim();

            var folder = !Environment.IsPrivilegedProcess || ServerUser.CanReach(Path) ? File("data") : $"/var/lib/devportal/{Id}";
            System.IO.File.WriteAllText(note, $"{folder}\n");
            return folder;
        }
    }

    private string Id => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path)))[..12];

    public string Log(string program) => System.IO.Path.Combine(Logs, $"{program}.log");

    /// <summary>Finished spans of one program, a JSON object a line.</summary>
    public string Spans(string program) => System.IO.Path.Combine(Logs, $"{program}.spans");

    /// <summary>Puts the last run's logs aside, so that each log begins with this run.</summary>
    public void TurnLogsOver()
    {
        foreach (var log in Directory.EnumerateFiles(Logs, "*.log")) System.IO.File.Move(log, $"{log}.old", overwrite: true);
    }

    /// <summary>Forgets everything but the lock that the caller holds: data, secrets, ports, accounts.</summary>
    public void Clear()
    {
        if (Directory.Exists(Data)) Directory.Delete(Data, recursive: true);
        foreach (var entry in new DirectoryInfo(Path).EnumerateFileSystemInfos().Where(entry => entry.FullName != Lock && entry.Name != "built"))
        {
            if (entry is DirectoryInfo folder) folder.Delete(recursive: true);
            else entry.Delete();
        }

        MakePrivate();
    }

    /// <summary>The servers' own users pass through this folder to their data, so it can't be closed itself.</summary>
    private void MakePrivate()
    {
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (var folder in new[] { Logs, StandIn })
        {
            Directory.CreateDirectory(folder);
            System.IO.File.SetUnixFileMode(folder, ownerOnly);
        }
    }

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
