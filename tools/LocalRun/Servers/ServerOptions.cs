namespace DevPortal.LocalRun;

/// <summary>What a server started by hand needs to know.</summary>
/// <param name="Folder">Its own: data, configuration and logs lie in it. Made when missing; what is there is used again.</param>
/// <param name="Port">On loopback.</param>
public sealed record ServerOptions(string Folder, int Port, string User, string Password)
{
    /// <summary>Where the server's output goes; a file in <see cref="Folder"/> unless named.</summary>
    public string? Log { get; init; }

    /// <summary>How long a start may take before it counts as failed.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(3);

    // A record prints its members; a password is not for printing.
    public override string ToString() => $"{User}@127.0.0.1:{Port} in {Folder}";

    /// <summary>Makes a folder that only the server's user may look into.</summary>
    internal static string Prepare(string folder, ServerUser? user)
    {
        Directory.CreateDirectory(folder);
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        File.SetUnixFileMode(folder, ownerOnly);
        if (user is not null) Native.GiveTo(user, folder);
        return folder;
    }

    /// <summary>Writes a file that only the server's user may read.</summary>
    internal static void Write(string file, string text, ServerUser? user)
    {
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.Delete(file);
        using (var stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = ownerOnly }))
        using (var writer = new StreamWriter(stream))
        {
            writer.Write(text);
        }

        if (user is not null) Native.GiveTo(user, file);
    }
}
