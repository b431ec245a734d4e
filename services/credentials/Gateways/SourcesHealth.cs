using DevPortal.ServiceDefaults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DevPortal.Credentials;

/// <summary>Shows each source that can't be used, with the reason and the remedy. Never unhealthy: the pages work without it.</summary>
sealed class SourcesHealth(TykSources sources, TimeProvider time) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var troubles = sources.All.Where(source => source.Trouble is not null).ToDictionary(source => source.Name, object (source) => source.Trouble!.Reason);
        return Task.FromResult(troubles.Count == 0
            ? HealthCheckResult.Healthy(sources.All.Count == 0 ? "no source has a gateway" : "all sources answer")
            : HealthCheckResult.Degraded(
                string.Join(" ", sources.All.Where(source => source.Trouble is not null).Select(source => HealthWords.Say(
                    $"The source {source.Name} can't be used", source.Since ?? time.GetUtcNow(), source.Trouble!.Reason,
                    "Requests are taken and decided; keys and revocations of this source wait and are carried out when it can."))),
                data: troubles));
    }
}
