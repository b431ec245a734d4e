namespace DevPortal.LocalRun;

/// <summary>Who started whom, read from /proc: PostgreSQL and Erlang put children in sessions of their own.</summary>
public static class ProcessTree
{
    /// <summary>Everything below a process, itself not included.</summary>
    public static IReadOnlyList<ProcessIdentity> Descendants(int root)
    {
        var children = All().ToLookup(entry => entry.Parent, entry => entry.Identity);
        var found = new List<ProcessIdentity>();
        var open = new Queue<int>([root]);
        while (open.TryDequeue(out var parent))
        {
            foreach (var child in children[parent])
            {
                found.Add(child);
                open.Enqueue(child.Id);
            }
        }

        return found;
    }

    internal static (int Parent, ProcessIdentity Identity)? Read(int id)
    {
        try
        {
            // `pid (name) state ppid …`, and the name may hold anything, so count from its last bracket.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            const int state = 0, parent = 1, started = 19;
            return fields[state] is "Z" or "X" ? null : (int.Parse(fields[parent]), new(id, long.Parse(fields[started])));
        }
        catch (IOException)
        {
            return null; // Gone between the listing and the reading.
        }
    }

    private static IEnumerable<(int Parent, ProcessIdentity Identity)> All()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var id) && Read(id) is { } entry) yield return entry;
        }
    }
}
