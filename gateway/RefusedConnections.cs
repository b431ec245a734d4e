using System.Net.Sockets;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace DevPortal.Gateway;

/// <summary>A destination that refuses connections is passed over for a while, and the request goes once to another; so does one that only reads, when
/// its destination dies over it.</summary>
sealed class RefusedConnections(IDestinationHealthUpdater health) : IPassiveHealthCheckPolicy
{
    public const string Policy = nameof(RefusedConnections);

    public string Name => Policy;

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        if (WasRefused(context)) health.SetPassive(cluster, destination, DestinationHealth.Unhealthy, cluster.Model.Config.HealthCheck?.Passive?.ReactivationPeriod ?? TimeSpan.FromSeconds(2));
    }

    public static async Task TryAnotherAsync(HttpContext http, RequestDelegate next)
    {
        await next(http);
        var proxied = http.GetReverseProxyFeature();
        if (http.Response.HasStarted || http.RequestAborted.IsCancellationRequested) return;
        if (!(WasRefused(http) ? NothingWasSent(http.Request) : Broke(http) && OnlyReads(http.Request))) return;
        var others = proxied.AllDestinations.Where(other => other != proxied.ProxiedDestination && other.Health.Passive != DestinationHealth.Unhealthy).ToArray();
        if (others is []) return;

        http.Response.Clear();
        http.Features.Set<IForwarderErrorFeature>(null);
        proxied.AvailableDestinations = others;
        await next(http);
    }

    /// <summary>Nothing reached it: no connection, so nobody read the body either.</summary>
    public static bool WasRefused(HttpContext http) =>
        http.GetForwarderErrorFeature() is { Error: ForwarderError.Request, Exception: HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } };

    /// <summary>The connection ended before an answer began.</summary>
    static bool Broke(HttpContext http) => http.GetForwarderErrorFeature() is { Error: ForwarderError.Request, Exception: HttpRequestException };

    static bool OnlyReads(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    /// <summary>HttpClient repeats a request without a body by itself when a kept connection breaks, so for one that changes something a refusal
    /// may be the second try, after a service died over the first. With a body there is no such repeat, and a key makes any repeat safe.</summary>
    static bool NothingWasSent(HttpRequest request) =>
        OnlyReads(request) || request.ContentLength > 0 || request.Headers.ContainsKey("Idempotency-Key");
}
