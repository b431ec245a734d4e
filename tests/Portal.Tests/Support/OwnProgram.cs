using System.Diagnostics;
using DevPortal.Demo.Api;
using DevPortal.LocalRun;
using Npgsql;

namespace DevPortal.PortalTests;

/// <summary>One more program of the portal, with settings and an address of its own.</summary>
public sealed class OwnProgram : IAsyncDisposable
{
    readonly Process process;

    OwnProgram(Process process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    /// <param name="takenOver">Settings of the one that runs.</param>
    /// <param name="folder">Where the program is, if not where the one that runs is.</param>
    /// <param name="host">Where it listens.</param>
    public static async Task<OwnProgram> StartAsync(
        Website website, string program, string[] takenOver, IReadOnlyDictionary<string, string> settings, CancellationToken ct, string? folder = null, string host = "localhost")
    {
        var address = new Uri($"http://{host}:{Ports.Free()}/");
        var command = website.CommandOf(program);
        var assembly = folder is null ? command[1] : Path.Combine(folder, Path.GetFileName(command[1]));
        var start = new ProcessStartInfo(command[0], [assembly, .. command.Skip(2)]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = website.FolderOf(program) };
        foreach (var name in takenOver) start.Environment[name] = website.SettingsOf(program)[name];
        start.Environment["ASPNETCORE_URLS"] = start.Environment["PublicUrl"] = address.GetLeftPart(UriPartial.Authority);
        foreach (var (name, value) in settings) start.Environment[name] = value;
        var own = new OwnProgram(Process.Start(start)!, address);
        own.process.BeginOutputReadLine();
        own.process.BeginErrorReadLine();
        using var http = new HttpClient { BaseAddress = address };
        await Eventually.UntilAsync(() => IsAliveAsync(http, ct), alive => alive, TimeSpan.FromMinutes(1), $"the own {program} is alive", ct);
        return own;
    }

    /// <summary>An identity that nobody administers yet. It tells nobody anything: there is no broker where it looks for one.</summary>
    public static Task<OwnProgram> StartIdentityAsync(Website website, CancellationToken ct) => StartAsync(website, "identity", ["SealKey", "HashPepper"], new Dictionary<string, string>
    {
        ["ConnectionStrings__identitydb"] = new NpgsqlConnectionStringBuilder(website.SettingsOf("identity")["ConnectionStrings__identitydb"]) { Database = $"identity_{Guid.NewGuid():N}" }.ConnectionString,
        ["ConnectionStrings__rabbitmq"] = $"amqp://127.0.0.1:{Ports.Free()}",
        ["BootstrapToken"] = $"{Guid.NewGuid()}",
    }, ct);

    static async Task<bool> IsAliveAsync(HttpClient http, CancellationToken ct)
    {
        try
        {
            using var answer = await http.GetAsync("/alive", ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
