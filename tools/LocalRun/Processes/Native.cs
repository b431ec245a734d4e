using System.ComponentModel;
using System.Runtime.InteropServices;

namespace DevPortal.LocalRun;

/// <summary>The few system calls that .NET has no name for.</summary>
public static partial class Native
{
    /// <summary>Sends a signal; false when there is no such process any more.</summary>
    public static bool Send(int pid, Signal signal)
    {
        if (Kill(pid, (int)signal) == 0) return true;

        const int noSuchProcess = 3;
        return Marshal.GetLastPInvokeError() == noSuchProcess
            ? false
            : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"Signal {signal} to process {pid}");
    }

    public static void GiveTo(ServerUser user, string path)
    {
        if (ChangeOwner(path, user.Uid, user.Gid) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"Giving {path} to {user.Name}");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, int uid, int gid);
}
