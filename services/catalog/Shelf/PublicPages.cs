using DevPortal.Eventing;
using Microsoft.AspNetCore.OutputCaching;

namespace DevPortal.Catalog.Shelf;

/// <summary>What everybody sees is kept in memory, and asked of the database again when anything was committed since: each use of a kept page looks at the
/// mark first, so that it is never older than the call.</summary>
sealed class PublicPages : IOutputCachePolicy
{
    const string Policy = nameof(PublicPages);

    public static void Add(IServiceCollection services) => services.AddSingleton<CommittedEvents>().AddOutputCache(cache =>
    {
        cache.SizeLimit = 32 << 20;
        cache.MaximumBodySize = 1 << 20;
        // Not for freshness: so that what is no longer asked for leaves the memory.
        cache.DefaultExpirationTimeSpan = TimeSpan.FromMinutes(1);
        cache.AddPolicy(Policy, policy => policy.AddPolicy<PublicPages>(), excludeDefaultPolicy: true);
    });

    /// <summary>Keeps the answers of these routes to those who send no token.</summary>
    public static RouteGroupBuilder Keep(RouteGroupBuilder routes) => routes.CacheOutput(Policy);

    public async ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        var request = context.HttpContext.Request;
        if (!(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) || request.Headers.Authorization.Count > 0) return;
        context.EnableOutputCaching = context.AllowCacheLookup = context.AllowCacheStorage = context.AllowLocking = true;
        context.CacheVaryByRules.QueryKeys = "*";
        context.CacheVaryByRules.VaryByValues["mark"] = await context.HttpContext.RequestServices.GetRequiredService<CommittedEvents>().MarkAsync(cancellation);
    }

    public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        if (context.HttpContext.Response.StatusCode != StatusCodes.Status200OK) context.AllowCacheStorage = false;
        return ValueTask.CompletedTask;
    }
}
