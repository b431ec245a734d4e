using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace DevPortal.Bench;

/// <summary>One address under as many calls as it answers, by wrk.</summary>
static partial class Wrk
{
    /// <returns>Calls answered with 2xx or 3xx, a second.</returns>
    /// <exception cref="InvalidOperationException">It does not run, or something was answered otherwise: a refusal is quick, and no figure.</exception>
    public static async Task<double> RateAsync(Uri address, int connections, TimeSpan length, CancellationToken ct, params (string Name, string Value)[] headers)
    {
        string[] arguments =
        [
            "--threads", "1", "--connections", $"{connections}", "--duration", $"{length.TotalSeconds:0}s", "--timeout", "10s",
            .. headers.SelectMany(header => (string[])["--header", $"{header.Name}: {header.Value}"]), address.ToString(),
        ];
        using var wrk = Process.Start(new ProcessStartInfo("wrk", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = string.Concat(await Task.WhenAll(wrk.StandardOutput.ReadToEndAsync(ct), wrk.StandardError.ReadToEndAsync(ct)));
        await wrk.WaitForExitAsync(ct);
        if (wrk.ExitCode != 0 || Otherwise().IsMatch(said) || Rate().Match(said) is not { Success: true } rate) throw new InvalidOperationException($"wrk at {address} says:\n{said}");
        return double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex("Non-2xx|Socket errors")]
    private static partial Regex Otherwise();
}
