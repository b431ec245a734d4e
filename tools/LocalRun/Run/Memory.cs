namespace DevPortal.LocalRun;

/// <summary>What processes take of the machine's memory, shared pages divided among those that share them (PSS).</summary>
public static class Memory
{
    /// <summary>Megabytes of a process and everything below it; null where it is not ours to see.</summary>
    public static double? Megabytes(int process)
    {
        try
        {
            return ProcessTree.Descendants(process).Select(child => child.Id).Prepend(process).Sum(Kilobytes) / 1024.0;
        }
        catch (Exception notOurs) when (notOurs is UnauthorizedAccessException or IOException)
        {
            return null;
        }
    }

    private static long Kilobytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/smaps_rollup").FirstOrDefault(line => line.StartsWith("Pss:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
    }
}
