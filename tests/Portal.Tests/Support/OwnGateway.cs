using System.Diagnostics;
using DevPortal.Demo.Api;
using DevPortal.LocalRun;

namespace DevPortal.PortalTests;

/// <summary>One more gateway, with settings and an address of its own.</summary>
public sealed class OwnGateway : IAsyncDisposable
{
    readonly Process process;

    OwnGateway(Process process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<OwnGateway> StartAsync(Website website, Dictionary<string, string> settings, CancellationToken ct)
    {
        var address = new Uri($"http://localhost:{Ports.Free()}/");
        var command = website.CommandOf("gateway");
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        start.Environment["PortalSecret"] = website.SettingsOf("gateway")["PortalSecret"];
        start.Environment["ASPNETCORE_URLS"] = start.Environment["PublicUrl"] = address.GetLeftPart(UriPartial.Authority);
        var gateway = new OwnGateway(Process.Start(start)!, address);
        gateway.process.BeginOutputReadLine();
        gateway.process.BeginErrorReadLine();
        using var http = new HttpClient { BaseAddress = address };
        await Eventually.UntilAsync(() => IsAliveAsync(http, ct), alive => alive, TimeSpan.FromMinutes(1), "the gateway is alive", ct);
        return gateway;
    }

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
