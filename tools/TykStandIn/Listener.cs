using System.Net;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace DevPortal.TykStandIn;

/// <summary>One loopback port with a web application behind it, that can be closed for real and opened again on the same port.</summary>
sealed class Listener(int port, Action<WebApplication> map) : IAsyncDisposable
{
    static readonly TimeSpan Drain = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan PortWait = TimeSpan.FromSeconds(5);

    int port = port;
    WebApplication? app;

    public Uri Address => new($"http://127.0.0.1:{port}");

    /// <exception cref="IOException">The port is taken.</exception>
    public async Task Open()
    {
        if (app is not null) return;
        var started = await Start();
        port = new Uri(started.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        app = started;
    }

    public async Task Close()
    {
        if (app is not { } open) return;
        app = null;
        using var drain = new CancellationTokenSource(Drain);
        await open.StopAsync(drain.Token);     // cuts what is still waiting for an answer
        await open.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await Close();

    /// <summary>A port that was just closed may be busy for a moment.</summary>
    async Task<WebApplication> Start()
    {
        var giveUp = DateTime.UtcNow + PortWait;
        while (true)
        {
            var candidate = Build();
            try
            {
                await candidate.StartAsync();
                return candidate;
            }
            catch (IOException) when (port != 0 && DateTime.UtcNow < giveUp)
            {
                await candidate.DisposeAsync();
                await Task.Delay(50);
            }
        }
    }

    WebApplication Build()
    {
        // Empty: no configuration from outside may move the address, and no request logging prints key URLs.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Error);
        builder.Services.AddRouting();
        var application = builder.Build();
        map(application);
        return application;
    }
}
