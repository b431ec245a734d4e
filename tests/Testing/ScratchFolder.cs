using DevPortal.LocalRun;

namespace DevPortal.Testing;

/// <summary>A folder for the data of one server, that the server's own user can reach.</summary>
internal static class ScratchFolder
{
    public static string New(string name)
    {
        var root = new[] { Path.GetTempPath(), "/tmp", "/var/tmp" }.First(ServerUser.CanReach);
        return Path.Combine(root, $"devportal-{name}-{Guid.NewGuid():N}"[..40]);
    }
}
