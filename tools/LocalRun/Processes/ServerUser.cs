namespace DevPortal.LocalRun;

/// <summary>
/// The system user that a server runs as when we are root: PostgreSQL refuses root, and RabbitMQ has no need of it.
/// </summary>
public sealed record ServerUser(string Name, int Uid, int Gid)
{
    /// <summary>The user to switch to, or null when we are not root and the server runs as ourselves.</summary>
    /// <exception cref="ServerMissingException">We are root and the user does not exist: the package is not installed.</exception>
    public static ServerUser? For(string name)
    {
        if (!Environment.IsPrivilegedProcess) return null;

        foreach (var line in File.ReadLines("/etc/passwd"))
        {
            var fields = line.Split(':');
            if (fields.Length > 3 && fields[0] == name) return new(name, int.Parse(fields[2]), int.Parse(fields[3]));
        }

        throw new ServerMissingException($"There is no user '{name}' on this machine, so its Debian package is not installed.");
    }

    /// <summary>
    /// Whether this user could enter the folder, or its nearest existing parent: every folder on the way must be open to others.
    /// </summary>
    public static bool CanReach(string folder)
    {
        for (var on = new DirectoryInfo(Path.GetFullPath(folder)); on is not null; on = on.Parent)
        {
            if (on.Exists && !on.UnixFileMode.HasFlag(UnixFileMode.OtherExecute)) return false;
        }

        return true;
    }
}
