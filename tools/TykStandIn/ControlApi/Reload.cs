using System.Text.Json.Nodes;

namespace DevPortal.TykStandIn;

/// <summary>What was written becomes what is loaded. A real gateway queues a plain reload for up to a second; here every form has happened when it answers.</summary>
static class Reload
{
    public static void MapReload(this IEndpointRouteBuilder tyk, Gateway gateway)
    {
        tyk.MapGet("/reload", () => Do(gateway));
        tyk.MapGet("/reload/group", () => Do(gateway));
    }

    static IResult Do(Gateway gateway)
    {
        lock (gateway.Gate) gateway.Definitions.Reload();
        return Answers.Ok(new JsonObject { ["status"] = "ok", ["message"] = "" });
    }
}
