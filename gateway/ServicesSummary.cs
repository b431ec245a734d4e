using System.Collections.Concurrent;
using DevPortal.ServiceDefaults;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace DevPortal.Gateway;

/// <summary>How many replicas of each service look well from here. It asks nobody, and a service that is away makes the gateway no less ready.</summary>
sealed class ServicesSummary(IProxyStateLookup proxy, TimeProvider time) : IHealthCheck
{
    readonly ConcurrentDictionary<string, DateTimeOffset> since = new();

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var services = proxy.GetClusters().ToDictionary(
            cluster => cluster.ClusterId,
            object (cluster) => $"{cluster.Destinations.Values.Count(IsWell)} of {cluster.Destinations.Count}");
        var absent = proxy.GetClusters().Where(cluster => !cluster.Destinations.Values.Any(IsWell)).Select(cluster => cluster.ClusterId).Order().ToArray();
        foreach (var service in absent) since.TryAdd(service, time.GetUtcNow());
        foreach (var back in since.Keys.Except(absent)) since.TryRemove(back, out _);
        return Task.FromResult(absent is []
            ? HealthCheckResult.Healthy("All services answer.", services)
            : HealthCheckResult.Degraded(
                string.Join(" ", absent.Select(service => HealthWords.Say($"The service {service} is away", since[service], null, "What belongs to it is answered with 503; all else is answered."))), data: services));
    }

    static bool IsWell(DestinationState destination) =>
        destination.Health.Active != DestinationHealth.Unhealthy && destination.Health.Passive != DestinationHealth.Unhealthy;
}
