using System.Globalization;
using DevPortal.LocalRun;

namespace DevPortal.Bench;

/// <summary>What the programs of a running portal have taken of the processors, each with what it started.</summary>
static class ProcessorTime
{
    /// <summary>Linux counts in hundredths of a second (USER_HZ, proc(5)).</summary>
    const double ASecond = 100;

    /// <returns>Seconds by program.</returns>
    public static IReadOnlyDictionary<string, double> Read(StateFolder state) => RunState.Of(state)!.Programs.Where(program => program.Process is not null)
        .ToDictionary(program => program.Name, program => ProcessTree.Descendants(program.Process!.Id).Append(program.Process).Sum(process => Ticks(process.Id)) / ASecond);

    static long Ticks(int id)
    {
        try
        {
            // After the name, which may hold anything: state, and from the twelfth on user, system, and both of children that have ended.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return 0;
        }
    }
}
