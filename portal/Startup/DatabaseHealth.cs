using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace DevPortal.Portal.Startup;

/// <summary>Whether sessions can be read. It does not ask the gateway, which asks the portal.</summary>
sealed class DatabaseHealth(NpgsqlDataSource database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = database.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy("Sessions can be read.");
        }
        catch (NpgsqlException away)
        {
            return HealthCheckResult.Unhealthy("The database is away: " + away.Message);
        }
    }
}
