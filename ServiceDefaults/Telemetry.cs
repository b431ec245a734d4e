using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DevPortal.ServiceDefaults;

/// <summary>OpenTelemetry by the standard variables: nothing is exported unless <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set,
/// or spans into the file <c>Telemetry:SpanFile</c> of a portal on one machine. <c>Telemetry:MetricsAddress</c> (<c>+:9464</c>: every address) is where
/// Prometheus reads metrics at <c>/metrics</c>: a listener of its own, that no proxy leads to.</summary>
public static class Telemetry
{
    /// <summary>Requests that carry this option set to true get no span of HttpClient's own (it records the URL):
    /// the caller makes a span with the route template instead.</summary>
    public static readonly HttpRequestOptionsKey<bool> Untraced = new("DevPortal.Untraced");

    /// <summary>Source of the spans that our own code makes.</summary>
    public static readonly ActivitySource Source = new("DevPortal");

    /// <summary>Meter of our own counters. Gauges that cost a query are <see cref="Figures"/>.</summary>
    public static readonly Meter Meter = new("DevPortal");

    /// <summary>Span attribute: the correlation id that a provisioning request, and every event and message about it, carries.</summary>
    public const string CorrelationId = "devportal.correlation_id";

    internal static void AddTelemetry(this WebApplicationBuilder builder)
    {
        // HttpClient's own log lines name the URL, and a key may stand in one.
        builder.Logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // A line for each attempt of each call, the good ones too.
        builder.Logging.AddFilter("Polly", LogLevel.Warning);

        var service = builder.Environment.ApplicationName.Replace("DevPortal.", "", StringComparison.Ordinal).ToLowerInvariant();
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService(service));
        var (file, isExported) = (builder.Configuration["Telemetry:SpanFile"], !string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]));
        // What nobody reads would cost every call something: spans, the activity that they are made of, and metrics.
        if (isExported || !string.IsNullOrEmpty(file))
        {
            telemetry.WithTracing(tracing => tracing
                .AddSource("DevPortal", "DevPortal.*", "MassTransit", "Yarp.ReverseProxy")
                .AddAspNetCoreInstrumentation(http =>
                {
                    http.Filter = IsNoProbe;
                    http.EnrichWithHttpRequest = Correlate;
                })
                .AddHttpClientInstrumentation(http => http.FilterHttpRequestMessage = IsTraced));
        }
        else
        {
            builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        }

        if (!string.IsNullOrEmpty(file))
            telemetry.WithTracing(tracing => tracing.AddProcessor(new BatchActivityExportProcessor(new SpanFile(file, service), scheduledDelayMilliseconds: 500)));

        var metricsAddress = builder.Configuration["Telemetry:MetricsAddress"];
        if (isExported || !string.IsNullOrEmpty(metricsAddress))
        {
            telemetry.WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddMeter("DevPortal", "MassTransit", "System.Runtime"));
        }

        if (!string.IsNullOrEmpty(metricsAddress))
        {
            var colon = metricsAddress.LastIndexOf(':');
            telemetry.WithMetrics(metrics => metrics.AddPrometheusHttpListener(listener => (listener.Host, listener.Port) = (metricsAddress[..colon], int.Parse(metricsAddress[(colon + 1)..], CultureInfo.InvariantCulture))));
        }

        if (isExported)
        {
            builder.Logging.AddOpenTelemetry(logging => logging.IncludeFormattedMessage = true);
            telemetry.UseOtlpExporter();
        }
    }

    /// <summary>Puts a correlation id on the span that is under way: of the request that it turned out to be about.</summary>
    public static void Correlate(string? id)
    {
        if (Guid.TryParse(id, out var known) && known != Guid.Empty) Activity.Current?.SetTag(CorrelationId, known.ToString());
    }

    // Only an id: anybody can write anything into a header.
    static void Correlate(Activity span, HttpRequest request)
    {
        if (Guid.TryParseExact(request.Headers["X-Correlation-Id"], "D", out var id)) span.SetTag(CorrelationId, id.ToString());
    }

    static bool IsNoProbe(HttpContext http) => !http.Request.Path.StartsWithSegments("/health") && !http.Request.Path.StartsWithSegments("/alive");

    static bool IsTraced(HttpRequestMessage request) => !(request.Options.TryGetValue(Untraced, out var untraced) && untraced);
}
