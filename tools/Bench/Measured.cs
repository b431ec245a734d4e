namespace DevPortal.Bench;

/// <summary>What was measured, and what of it misses a goal.</summary>
/// <param name="Figures">In words.</param>
/// <param name="Missed">Empty: every goal is met.</param>
sealed record Measured(string What, string Figures, IReadOnlyList<string> Missed);

/// <summary>Prints figures, a missed goal with a mark.</summary>
static class Report
{
    public static void Line(Measured measured) =>
        Console.WriteLine($"{(measured.Missed.Count == 0 ? "  " : "! ")}{measured.What,-64} {measured.Figures}{(measured.Missed.Count == 0 ? "" : $"   goal: {string.Join(", ", measured.Missed)}")}");

    /// <returns>The exit code.</returns>
    public static int End(IReadOnlyCollection<Measured> all)
    {
        var missed = all.Count(measured => measured.Missed.Count > 0);
        Console.WriteLine(missed == 0 ? "Every goal is met." : $"{missed} of {all.Count} miss a goal.");
        return missed == 0 ? 0 : 1;
    }

    /// <summary>Each figure is printed as soon as it is there.</summary>
    public static async Task<int> PrintAsync(Func<Action<Measured>, Task> measure)
    {
        List<Measured> all = [];
        await measure(measured =>
        {
            all.Add(measured);
            Line(measured);
        });
        return End(all);
    }

    public static async Task<int> PrintAsync(Func<Task<IReadOnlyList<Measured>>> measure)
    {
        var all = await measure();
        foreach (var line in all) Line(line);
        return End(all);
    }
}

static class Median
{
    public static double Of(IEnumerable<double> values) => Quantile(values, 0.5);

    public static double P95(IEnumerable<double> values) => Quantile(values, 0.95);

    public static double Quantile(IEnumerable<double> values, double part)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(part * sorted.Length) - 1)];
    }
}
