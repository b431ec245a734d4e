using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DevPortal.Credentials;

/// <summary>Shows each source that can't be used, with the reason and the remedy. Never unhealthy: the pages work without it.</summary>
sealed class SourcesHealth(TykSources sources) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var troubles = sources.All.Where(source => source.Trouble is not null).ToDictionary(source => source.Name, object (source) => source.Trouble!.Reason);
        return Task.FromResult(troubles.Count == 0
            ? HealthCheckResult.Healthy(sources.All.Count == 0 ? "no source has a gateway" : "all sources answer")
            : HealthCheckResult.Degraded(string.Join("; ", troubles.Values), data: troubles));
    }
}
