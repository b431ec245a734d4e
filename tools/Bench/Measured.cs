namespace DevPortal.Bench;

/// <summary>What was measured of a page, and what of it misses a goal.</summary>
/// <param name="Figures">In words.</param>
/// <param name="Missed">Empty: every goal is met.</param>
sealed record Measured(string Page, string Figures, IReadOnlyList<string> Missed);

static class Median
{
    public static double Of(IEnumerable<double> values) => Quantile(values, 0.5);

    public static double P95(IEnumerable<double> values) => Quantile(values, 0.95);

    static double Quantile(IEnumerable<double> values, double part)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(part * sorted.Length) - 1)];
    }
}
