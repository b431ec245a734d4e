using DevPortal.ServiceDefaults;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;

namespace DevPortal.Gateway;

/// <summary>Which prefix belongs to which service. Paths go on as they came.</summary>
static class Routes
{
    public static readonly string[] Services = ["identity", "catalog", "provisioning", "credentials", "tyk-sync"];

    /// <summary>The website: whatever is none of the others'.</summary>
    public const string Portal = "portal";

    /// <summary>Order of routes that match much: what is under /api or /openapi and no service's is nobody's, all else the portal's.</summary>
    const int Nobodys = 50, Portals = 100;

    /// <summary>YARP's word for "anybody may", and none for signed-in callers (<see cref="Callers"/>).</summary>
    const string? Anonymous = "anonymous", SignedIn = null;

    static IEnumerable<RouteConfig> Table() =>
    [
        Route("identity", "/api/identity/{**rest}", SignedIn),
        Route("catalog", "/api/catalog/{**rest}", Anonymous, HttpMethods.Get, HttpMethods.Head),
        Route("catalog", "/api/catalog/{**rest}", SignedIn) with { RouteId = "catalog, changes", Order = 1 },
        Route("provisioning", "/api/provisioning/{**rest}", SignedIn),
        Route("credentials", "/api/credentials/{**rest}", SignedIn),
        Route("tyk-sync", "/api/sync/{**rest}", SignedIn),
        Route("identity", "/connect/{**rest}", Anonymous),
        Route("identity", "/.well-known/{**rest}", Anonymous),
        Route("identity", "/welcome/{**rest}", Anonymous),
        Route("identity", "/sign-in/{**rest}", Anonymous),
        Route("identity", "/account/{**rest}", Anonymous),
        Route("identity", "/identity-assets/{**rest}", Anonymous, HttpMethods.Get, HttpMethods.Head),
        .. Services.Select(service => Document(service, $"/openapi/{service}.json", "/openapi/v1.json")),
        .. Services.Select(service => Document(service, $"/openapi/3.0/{service}.json", $"/openapi/{ApiDescription.AsThreeZero}.json")),
        Route(Portal, "/{**rest}", Anonymous) with { Order = Portals },
    ];

    static RouteConfig Document(string service, string path, string inside) => Route(service, path, Anonymous, HttpMethods.Get, HttpMethods.Head) with
    {
        Transforms = [new Dictionary<string, string> { ["PathSet"] = inside }],
    };

    static RouteConfig Route(string service, string path, string? policy, params string[] methods) => new()
    {
        RouteId = path,
        ClusterId = service,
        AuthorizationPolicy = policy,
        Match = new RouteMatch { Path = path, Methods = methods.Length > 0 ? methods : null },
    };

    public static void AddRoutes(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IPassiveHealthCheckPolicy, RefusedConnections>();
        // One for all checks: it remembers since when.
        builder.Services.AddSingleton<ServicesSummary>();
        builder.Services.AddHealthChecks().AddCheck<ServicesSummary>("services");
        builder.Services.AddSingleton<IProxyConfigProvider>(services =>
        {
            var limits = services.GetRequiredService<IOptions<LimitOptions>>().Value;
            return new InMemoryConfigProvider(
                [.. Table()],
                [.. Services.Append(Portal).Select(service => Cluster(service, builder.Configuration, limits))]);
        });
        builder.Services.AddReverseProxy()
            .ConfigureHttpClient((_, handler) =>
            {
                handler.ConnectTimeout = TimeSpan.FromSeconds(3);
                // Where a name stands for several replicas, new ones get their share, and old ones are let go.
                handler.PooledConnectionLifetime = TimeSpan.FromMinutes(1);
            })
            .AddTransforms<Envelope>();
    }

    public static void MapRoutes(this WebApplication app)
    {
        app.MapReverseProxy(proxy =>
        {
            proxy.Use(AbsentService.AnswerAsync);
            proxy.Use(RefusedConnections.TryAnotherAsync);
            proxy.UseLoadBalancing();
            proxy.UsePassiveHealthChecks();
        });
        foreach (var path in new[] { "/api/{**rest}", "/openapi/{**rest}" })
            app.Map(path, () => new Refusal(StatusCodes.Status404NotFound, "not-found", "There is nothing at this address.").ToProblem()).AllowAnonymous().WithOrder(Nobodys);
    }

    /// <summary>Every replica that configuration names as <c>services:&lt;name&gt;:http:&lt;n&gt;</c>; else the name itself, for the network to resolve.</summary>
    static ClusterConfig Cluster(string service, ConfigurationManager configuration, LimitOptions limits)
    {
        var replicas = configuration.GetSection($"services:{service}:http").GetChildren().Select(replica => replica.Value).OfType<string>().ToArray();
        return new ClusterConfig
        {
            ClusterId = service,
            LoadBalancingPolicy = LoadBalancingPolicies.PowerOfTwoChoices,
            Destinations = (replicas is [] ? [$"http://{service}"] : replicas).ToDictionary(address => address, address => new DestinationConfig { Address = address }),
            HttpRequest = new ForwarderRequestConfig { ActivityTimeout = limits.ActivityTimeout },
            HealthCheck = new HealthCheckConfig
            {
                // Where none looks healthy, all are tried: an only replica that was restarted serves at once.
                AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
                Active = new ActiveHealthCheckConfig { Enabled = true, Path = "/health", Interval = TimeSpan.FromSeconds(2), Timeout = TimeSpan.FromSeconds(3), Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures },
                Passive = new PassiveHealthCheckConfig { Enabled = true, Policy = RefusedConnections.Policy, ReactivationPeriod = TimeSpan.FromSeconds(2) },
            },
        };
    }
}
