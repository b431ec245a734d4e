using DevPortal.LocalRun;

namespace DevPortal.Testing;

/// <summary>A folder for the data of one server, that the server's own user can reach.</summary>
internal static class ScratchFolder
{
    private const string Prefix = "devportal-test-";

    public static string New(string name)
    {
        var root = new[] { Path.GetTempPath(), "/tmp", "/var/tmp" }.First(ServerUser.CanReach);
        RemoveLeftovers(root);
        return Path.Combine(root, $"{Prefix}{Environment.ProcessId}-{name}-{Guid.NewGuid():N}"[..48]);
    }

    /// <summary>What test runs that were killed could not delete.</summary>
    private static void RemoveLeftovers(string root)
    {
        foreach (var folder in Directory.EnumerateDirectories(root, $"{Prefix}*"))
        {
            var owner = Path.GetFileName(folder)[Prefix.Length..].Split('-')[0];
            if (!int.TryParse(owner, out var process) || Directory.Exists($"/proc/{process}")) continue;
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException)
            {
                // Another test run removes it at the same time, or its servers are still ending.
            }
        }
    }
}
