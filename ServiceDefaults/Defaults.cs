using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DevPortal.ServiceDefaults;

/// <summary>What every process has.</summary>
public static class Defaults
{
    /// <summary>Telemetry, health, discovery, resilience, problem details, strict JSON, limits. Call first.</summary>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder)
    {
        builder.AddTelemetry();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHealthChecks();
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http => http.AddServiceDiscovery().AddSafeRetries());
        builder.AddProblems();
        builder.AddApiDescription();
        builder.Services.ConfigureHttpJsonOptions(json => Json.Configure(json.SerializerOptions));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1 << 20;
        });
        builder.Services.AddOptions<PublicAddress>().BindConfiguration("").ValidateDataAnnotations().ValidateOnStart();
        Drain.Add(builder);
        return builder;
    }

    /// <summary>Problem details for every failure, <c>/health</c> (ready) and <c>/alive</c> (not stuck). Call before the endpoints.</summary>
    public static WebApplication UseServiceDefaults(this WebApplication app)
    {
        Drain.CloseConnections(app);
        app.UseProblems();
        app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = HealthAnswer.WriteAsync }).AllowAnonymous().DisableHttpMetrics();
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous().DisableHttpMetrics();
        return app;
    }
}

/// <summary>JSON as the public API speaks it: camelCase, enums as strings, missing or null required members are errors.</summary>
public static class Json
{
    /// <summary>Options for places that have no request at hand.</summary>
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>A value of an enum as the API spells it.</summary>
    public static string Name<T>(T value) where T : struct, Enum => JsonSerializer.SerializeToElement(value, Options).GetString()!;

    /// <summary>Sets the rules on given options and returns them.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.MaxDepth = 32;
        options.NumberHandling = JsonNumberHandling.Strict;
        return options;
    }
}
