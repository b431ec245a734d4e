using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DevPortal.Demo.Api;
using DevPortal.LocalRun;
using DevPortal.Testing;

namespace DevPortal.SystemTests;

/// <summary>A Prometheus that scrapes a portal every second, with our alert rules made quick: they fire without delay and look back 15 s.</summary>
public sealed partial class Prometheus : IAsyncDisposable
{
    const string Missing = "prometheus and promtool are missing: apt-get install --no-install-recommends prometheus";

    readonly Process process;
    readonly HttpClient http;
    readonly string folder;

    Prometheus(Process process, HttpClient http, string folder) => (this.process, this.http, this.folder) = (process, http, folder);

    /// <param name="thresholds">By alert: the text of its rule's comparison, and what to put in its place.</param>
    public static async Task<Prometheus> StartAsync(StateFolder state, IReadOnlyDictionary<string, (string Written, string Quick)> thresholds, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("devportal-prometheus-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "alerts.yml"), Quick(await File.ReadAllTextAsync(Repository.Path("observability", "alerts.yml"), ct), thresholds), ct);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "prometheus.yml"),
            (await File.ReadAllTextAsync(Repository.Path("observability", "prometheus.yml"), ct))
                .Replace("15s", "1s", StringComparison.Ordinal).Replace("../.devportal/prometheus-targets.json", state.PrometheusTargets, StringComparison.Ordinal),
            ct);
        await CheckAsync(ct, "check", "config", Path.Combine(folder, "prometheus.yml"));

        var port = Ports.Free();
        var start = new ProcessStartInfo(Find("prometheus"))
        {
            ArgumentList = { $"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/data", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error" },
        };
        var prometheus = new Prometheus(Process.Start(start)!, new() { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(10) }, folder);
        await Eventually.UntilAsync(() => prometheus.IsReadyAsync(ct), ready => ready, TimeSpan.FromSeconds(60), "Prometheus is ready", ct);
        return prometheus;
    }

    /// <summary>Runs promtool; throws what it complains about.</summary>
    public static async Task CheckAsync(CancellationToken ct, params string[] arguments)
    {
        using var tool = Process.Start(new ProcessStartInfo(Find("promtool"), arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = await tool.StandardOutput.ReadToEndAsync(ct) + await tool.StandardError.ReadToEndAsync(ct);
        await tool.WaitForExitAsync(ct);
        if (tool.ExitCode != 0) throw new InvalidOperationException(said);
    }

    /// <summary>Names of the alerts that fire now.</summary>
    public async Task<IReadOnlySet<string>> FiringAsync(CancellationToken ct) => (await http.GetFromJsonAsync<JsonObject>("/api/v1/alerts", ct))!["data"]!["alerts"]!.AsArray()
        .Where(alert => alert!["state"]!.GetValue<string>() == "firing").Select(alert => alert!["labels"]!["alertname"]!.GetValue<string>()).ToHashSet();

    public async Task UntilFiringAsync(IReadOnlyCollection<string> alerts, CancellationToken ct)
    {
        var seen = new HashSet<string>();
        await Eventually.UntilAsync(
            async () =>
            {
                seen.UnionWith(await FiringAsync(ct));
                return string.Join(", ", alerts.Except(seen));
            },
            left => left.Length == 0, TimeSpan.FromSeconds(150), $"{string.Join(", ", alerts)} fire", ct);
    }

    public Task UntilClearAsync(IReadOnlyCollection<string> alerts, CancellationToken ct) => Eventually.UntilAsync(
        async () => string.Join(", ", (await FiringAsync(ct)).Intersect(alerts)), left => left.Length == 0, TimeSpan.FromSeconds(150), $"{string.Join(", ", alerts)} clear", ct);

    /// <summary>Names of all metrics that were ever scraped.</summary>
    public async Task<IReadOnlySet<string>> NamesAsync(CancellationToken ct) =>
        (await http.GetFromJsonAsync<JsonObject>("/api/v1/label/__name__/values", ct))!["data"]!.AsArray().Select(name => name!.GetValue<string>()).ToHashSet();

    public async Task<JsonArray> QueryAsync(string expression, CancellationToken ct) =>
        (await http.GetFromJsonAsync<JsonObject>($"/api/v1/query?query={Uri.EscapeDataString(expression)}", ct))!["data"]!["result"]!.AsArray();

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        try
        {
            using var answer = await http.GetAsync("/-/ready", ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    static string Quick(string rules, IReadOnlyDictionary<string, (string Written, string Quick)> thresholds)
    {
        var quick = new StringBuilder();
        foreach (var part in Rule().Split(rules))
        {
            var rule = part;
            foreach (var (alert, (written, other)) in thresholds.Where(threshold => part.StartsWith($"  - alert: {threshold.Key}\n", StringComparison.Ordinal)))
                rule = rule.Contains(written, StringComparison.Ordinal) ? rule.Replace(written, other, StringComparison.Ordinal) : throw new InvalidOperationException($"The rule of {alert} does not say '{written}'.");
            quick.Append(rule);
        }

        return For().Replace(quick.ToString(), "    for: 0s\n").Replace("[5m]", "[15s]", StringComparison.Ordinal);
    }

    static string Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException(Missing);

    [GeneratedRegex("(?=^  - alert: )", RegexOptions.Multiline)]
    private static partial Regex Rule();

    [GeneratedRegex("^    for: .*\n", RegexOptions.Multiline)]
    private static partial Regex For();
}
