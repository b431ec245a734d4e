using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DevPortal.ServiceDefaults;

/// <summary>A gauge that costs a query or a call.</summary>
/// <param name="Name">Dotted, as OpenTelemetry has it; Prometheus reads underscores.</param>
/// <param name="Unit">UCUM: <c>s</c>, or what is counted in braces.</param>
/// <param name="Description">For people.</param>
public sealed record Figure(string Name, string Unit, string Description);

/// <summary>One value of a figure.</summary>
/// <param name="Name">The figure's.</param>
/// <param name="Value">In the figure's unit.</param>
/// <param name="Tags">What tells it from the figure's other values: few, and nothing personal.</param>
public sealed record Reading(string Name, double Value, params KeyValuePair<string, object?>[] Tags);

/// <summary>Gauges that are looked up every ten seconds and not by each scrape. What can't be looked up is left out: absent is better than old.</summary>
public static class Figures
{
    /// <param name="services">The service's.</param>
    /// <param name="figures">Every figure that <paramref name="read"/> can return.</param>
    /// <param name="read">Cheap: an index, no table scan. May throw.</param>
    public static IServiceCollection AddFigures(
        this IServiceCollection services, IReadOnlyList<Figure> figures, Func<IServiceProvider, CancellationToken, Task<IReadOnlyList<Reading>>> read) =>
        services.AddSingleton<IHostedService>(provider => new Watch(
            figures, read, provider, provider.GetRequiredService<IMeterFactory>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<Watch>>()));

    sealed class Watch : BackgroundService
    {
        static readonly TimeSpan Every = TimeSpan.FromSeconds(10), Longest = TimeSpan.FromSeconds(5);

        readonly Func<IServiceProvider, CancellationToken, Task<IReadOnlyList<Reading>>> read;
        readonly IServiceProvider services;
        readonly TimeProvider time;
        readonly ILogger log;
        volatile IReadOnlyList<Reading> readings = [];

        public Watch(
            IReadOnlyList<Figure> figures, Func<IServiceProvider, CancellationToken, Task<IReadOnlyList<Reading>>> read, IServiceProvider services, IMeterFactory meters,
            TimeProvider time, ILogger log)
        {
            (this.read, this.services, this.time, this.log) = (read, services, time, log);
            var meter = meters.Create("DevPortal");
            foreach (var figure in figures)
                meter.CreateObservableGauge(figure.Name, () => readings.Where(reading => reading.Name == figure.Name).Select(reading => new Measurement<double>(reading.Value, reading.Tags)), figure.Unit, figure.Description);
        }

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                limit.CancelAfter(Longest);
                try
                {
                    await using var scope = services.CreateAsyncScope();
                    readings = await read(scope.ServiceProvider, limit.Token);
                }
                catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
                {
                    readings = [];
                    log.LogDebug("Figures could not be looked up: {Failure}", failure.Message);
                }

                try
                {
                    await Task.Delay(Every, time, stoppingToken);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        }
    }
}
