using System.Globalization;
using System.Text.Json.Nodes;

namespace DevPortal.TykStandIn;

/// <summary>Liveness and readiness, open to everybody. Both learn of a lost store late, and of its return late.</summary>
static class Health
{
    /// <summary>What a gateway built from tag v5.13.0 calls itself.</summary>
    const string Version = "v5.5.0-dev";

    public static void MapHealth(this WebApplication app, FaultSwitch faults, TimeProvider clock)
    {
        app.MapGet("/hello", () => Hello(faults.IsStoreSeenDown, clock.GetUtcNow()));
        app.MapGet("/ready", () => faults.IsStoreSeenDown ? Answers.Error(503, "Redis connection not available") : Pass("Tyk GW Ready"));
        foreach (var path in (string[])["/hello", "/ready"]) app.Map(path, () => Answers.Error(405, "Method Not Allowed"));
    }

    public static void MapNodeHealth(this IEndpointRouteBuilder tyk) =>
        tyk.MapGet("/health", () => Answers.Error(400, "Health checks are not enabled for this node"));

    static IResult Hello(bool storeDown, DateTimeOffset now)
    {
        if (!storeDown) return Pass("Tyk GW");
        var redis = new JsonObject
        {
            ["status"] = "fail",
            ["componentType"] = "datastore",
            ["output"] = "storage: Redis is either down or was not configured",
            ["time"] = now.ToString("O", CultureInfo.InvariantCulture),
        };
        return Answers.Ok(new JsonObject
        {
            ["status"] = "fail",
            ["version"] = Version,
            ["description"] = "Tyk GW",
            ["details"] = new JsonObject { ["redis"] = redis },
        });
    }

    static IResult Pass(string description) =>
        Answers.Ok(new JsonObject { ["status"] = "pass", ["version"] = Version, ["description"] = description });
}
