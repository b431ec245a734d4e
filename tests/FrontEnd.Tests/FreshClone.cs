using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using DevPortal.Demo.Filling;
using DevPortal.LocalRun;
using DevPortal.Testing;
using Microsoft.Playwright;
using Xunit;

namespace DevPortal.FrontEndTests;

/// <summary>A clone of what is committed here, in which the lines of the sample's README were run as they stand, and a real Chromium. Only the ports are others, in the way that the README
/// tells for other ports; and nothing is built, because the clone gets the programs that this test was built with.</summary>
public sealed partial class FreshClone : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    readonly string folder = Path.Combine(new[] { Path.GetTempPath(), "/var/tmp" }.First(ServerUser.CanReach), $"devportal-clone-{Guid.NewGuid().ToString("N")[..8]}");
    readonly List<string> said = [];
    Process? shell;
    IPlaywright? playwright;
    IBrowser? browser;

    /// <summary>Where the reader opens his page.</summary>
    public Uri Page { get; private set; } = null!;

    public Uri Portal { get; private set; } = null!;

    public IReadOnlyList<Demo.Filling.Account> Accounts { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        var ct = TestContext.Current.CancellationToken;
        // Whoever changes a test tries it on a portal that runs already: the state folder of one that ./devportal up started.
        if (Environment.GetEnvironmentVariable("DEVPORTAL_TEST_WEBSITE") is { } running)
        {
            Portal = new Uri(RunState.Of(new StateFolder(running))!.Address + "/");
            Accounts = (await AccountsFile.ReadAsync(new StateFolder(running).Accounts, ct))!;
        }
        else
        {
            await FollowTheStepsAsync(ct);
        }

        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("DEVPORTAL_CHROMIUM") ?? "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        });
        Assertions.SetDefaultExpectTimeout(60_000);
    }

    async Task FollowTheStepsAsync(CancellationToken ct)
    {
        await RunAsync(Repository.Root, "git", "clone", "--quiet", Repository.Root, folder);
        await GiveProgramsAsync();

        var readme = await File.ReadAllTextAsync(Path.Combine(folder, "samples", "frontend", "README.md"), ct);
        var blocks = Blocks().Matches(readme).Select(block => block.Groups[1].Value).ToArray();
        Assert.True(blocks.Length == 2, "The README has its steps, and the line for another port.");
        var (port, page) = (FreePair(), Ports.Free());
        (Portal, Page) = (new Uri($"http://localhost:{port}/"), new Uri($"http://localhost:{page}/?portal=http://localhost:{port}"));
        var steps = OnOtherPorts(blocks[0], blocks[1].Trim(), port, page);
        shell = Process.Start(new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", steps]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        shell.OutputDataReceived += (_, line) => Hear(line.Data);
        shell.ErrorDataReceived += (_, line) => Hear(line.Data);
        shell.BeginOutputReadLine();
        shell.BeginErrorReadLine();
        await UntilServedAsync(ct);

        Accounts = (await AccountsFile.ReadAsync(Path.Combine(folder, ".devportal", "accounts.json"), ct))!;
    }

    /// <summary>A browser of its own: no cookies, nothing open.</summary>
    public async Task<IBrowserContext> VisitAsync()
    {
        var context = await browser!.NewContextAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 }, Locale = "en-GB" });
        context.SetDefaultTimeout(120_000);
        return context;
    }

    public Demo.Filling.Account Account(string name) => Accounts.First(account => account.Email.StartsWith(name, StringComparison.Ordinal));

    public static string Screens => Directory.CreateDirectory(Repository.Path("TestResults", "FrontEnd.Tests")).FullName;

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        if (!Directory.Exists(folder)) return;
        if (File.Exists(Path.Combine(folder, ".devportal", "run.json"))) await RunAsync(folder, "./devportal", "down");
        shell?.Kill(entireProcessTree: true);
        shell?.Dispose();
        lock (said) File.WriteAllLines(Path.Combine(Screens, "steps.log"), said);
        var state = new StateFolder(Path.Combine(folder, ".devportal"));
        if (Directory.Exists(state.Data)) Directory.Delete(state.Data, recursive: true);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>As the README says that it is done on other ports.</summary>
    static string OnOtherPorts(string steps, string elsewhere, int portal, int page)
    {
        var up = elsewhere.Replace("localhost:3000", $"localhost:{page}", StringComparison.Ordinal);
        Assert.NotEqual(elsewhere, up);
        var adjusted = steps.Replace("./devportal up --detach", $"{up} --port {portal}", StringComparison.Ordinal).Replace("http.server 5173", $"http.server {page}", StringComparison.Ordinal);
        Assert.Contains($"--port {portal}", adjusted, StringComparison.Ordinal);
        Assert.Contains($"http.server {page}", adjusted, StringComparison.Ordinal);
        return adjusted;
    }

    /// <summary>To <c>./devportal</c> it looks as if it had built them itself.</summary>
    async Task GiveProgramsAsync()
    {
        var configuration = typeof(FreshClone).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        foreach (var program in Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories).Select(project => Path.GetRelativePath(folder, Path.GetDirectoryName(project)!)))
        {
            var built = Repository.Path(program, "bin", configuration, "net10.0");
            if (program.StartsWith("tests", StringComparison.Ordinal) || !Directory.Exists(built)) continue;
            var target = Path.Combine(folder, program, "bin", "ReadyToRun");
            Directory.CreateDirectory(target);
            await RunAsync(folder, "cp", "-r", built, target);
        }

        Directory.CreateDirectory(Path.Combine(folder, ".devportal"));
        await File.WriteAllTextAsync(Path.Combine(folder, ".devportal", "built"), "");
    }

    async Task UntilServedAsync(CancellationToken ct)
    {
        using var http = new HttpClient();
        for (var deadline = DateTime.UtcNow + Patience; ; await Task.Delay(200, ct))
        {
            lock (said) Assert.True(!shell!.HasExited && DateTime.UtcNow < deadline, string.Join('\n', said));
            try
            {
                if ((await http.GetAsync(Page, ct)).IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }
        }
    }

    void Hear(string? line)
    {
        if (line is null) return;
        lock (said) said.Add(line);
    }

    static async Task RunAsync(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program.StartsWith('.') ? Path.Combine(folder, program) : program, arguments) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await output}{await errors}");
    }

    // The stand-in listens on the port after the gateway's.
    static int FreePair()
    {
        while (true)
        {
            var port = Ports.Free();
            if (Ports.IsFree(port + 1)) return port;
        }
    }

    [GeneratedRegex("^```sh\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Blocks();
}
