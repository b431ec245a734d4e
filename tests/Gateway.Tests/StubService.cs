using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace DevPortal.Gateway.Tests;

/// <summary>A service behind the gateway: a real server on loopback.</summary>
sealed class StubService : IAsyncDisposable
{
    readonly WebApplication app;

    StubService(WebApplication app) => this.app = app;

    public string Address => app.Urls.First();

    public static async Task<StubService> StartAsync(Recorder recorder, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["FORWARDEDHEADERS_ENABLED"] = "false";
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        app.Run(recorder.HandleAsync);
        await app.StartAsync();
        return new StubService(app);
    }

    /// <summary>A port of loopback on which nobody listens.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
