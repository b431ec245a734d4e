using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace DevPortal.ServiceDefaults;

/// <summary>A graceful stop: not ready first, and still serving for <c>Stopping:DrainSeconds</c>, until whoever balances has heard of it. Then
/// what is in hand is finished, and no more is taken.</summary>
sealed class Drain(IConfiguration configuration, TimeProvider time) : IHostedLifecycleService, IHealthCheck
{
    /// <summary>For what is in hand when the drain is over.</summary>
    static readonly TimeSpan InHand = TimeSpan.FromSeconds(10);

    volatile bool stopping;

    TimeSpan Length => LengthOf(configuration);

    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Drain>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Drain>());
        builder.Services.AddHealthChecks().AddCheck<Drain>("stopping");
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = LengthOf(builder.Configuration) + InHand);
    }

    /// <summary>A kept connection would be used again after it was closed here.</summary>
    public static void CloseConnections(WebApplication app)
    {
        var drain = app.Services.GetRequiredService<Drain>();
        app.Use((http, next) =>
        {
            if (drain.stopping) http.Response.Headers.Connection = "close";
            return next(http);
        });
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        stopping = true;
        if (Length > TimeSpan.Zero) await Task.Delay(Length, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(stopping
        ? HealthCheckResult.Unhealthy("It is stopping. It still answers, but send nothing new.")
        : HealthCheckResult.Healthy("no"));

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    static TimeSpan LengthOf(IConfiguration configuration) => TimeSpan.FromSeconds(configuration.GetValue("Stopping:DrainSeconds", 0.0));
}
