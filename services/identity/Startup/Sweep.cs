using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace DevPortal.Identity.Startup;

/// <summary>Every hour takes away what is over: tokens and authorizations of OpenIddict, links, counts of tries. In every replica;
/// deleting twice does no harm.</summary>
public sealed class Sweep(IServiceScopeFactory scopes, TimeProvider time, ILogger<Sweep> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hourly = new PeriodicTimer(TimeSpan.FromHours(1), time);
        while (await hourly.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("What is over was not swept away, next try in an hour: {Failure}", failure.Message);
            }
        }
    }

    async Task SweepAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var now = time.GetUtcNow();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        await db.Attempts.Where(a => a.Until < now).ExecuteDeleteAsync(ct);
        await db.Links.Where(l => l.ExpiresAt < now).ExecuteDeleteAsync(ct);
        // Longer than a refresh token lives: one that was redeemed is recognised when somebody shows it again.
        var old = now - TimeSpan.FromDays(15);
        await scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>().PruneAsync(old, ct);
        await scope.ServiceProvider.GetRequiredService<IOpenIddictAuthorizationManager>().PruneAsync(old, ct);
    }
}
