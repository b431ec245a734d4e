using System.Globalization;

namespace DevPortal.LocalRun;

/// <summary>Finds out who listens on a port, so that "address in use" has a name.</summary>
public static class PortHolder
{
    /// <summary>Process id and command line of whoever listens there; words where it is not ours to see. Null when the port is free.</summary>
    public static string? Of(int port)
    {
        if (SocketOn(port) is not { } socket) return Ports.IsFree(port) ? null : "a process that this user cannot see";

        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            if (Holds(folder, socket)) return $"process {Path.GetFileName(folder)} ({CommandLine(folder)})";
        }

        return "a process that this user cannot see";
    }

    private static string? SocketOn(int port)
    {
        const string listening = "0A";
        return (from table in new[] { "/proc/net/tcp", "/proc/net/tcp6" }
                where File.Exists(table)
                from line in File.ReadLines(table).Skip(1)
                let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                where fields[3] == listening && int.Parse(fields[1].Split(':')[1], NumberStyles.HexNumber) == port
                select $"socket:[{fields[9]}]").FirstOrDefault();
    }

    private static bool Holds(string process, string socket)
    {
        try
        {
            return Directory.EnumerateFiles($"{process}/fd").Any(handle => new FileInfo(handle).LinkTarget == socket);
        }
        catch (Exception notOurs) when (notOurs is UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }

    private static string CommandLine(string process)
    {
        var words = File.ReadAllText($"{process}/cmdline").Replace('\0', ' ').Trim();
        return words.Length > 100 ? $"{words[..100]}…" : words;
    }
}
