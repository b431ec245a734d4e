using System.Text.Json;
using System.Text.Json.Nodes;

namespace DevPortal.TykStandIn;

/// <summary>Classic definitions, which list OAS APIs too.</summary>
static class Apis
{
    public static void MapApis(this IEndpointRouteBuilder tyk, Gateway gateway)
    {
        tyk.MapGet("/apis", () => List(gateway));
        tyk.MapGet("/apis/{id}", (string id) => Read(gateway, id));
        tyk.MapGet("/apis/{id}/versions", (string id) => Versions(gateway, id));
        tyk.MapPost("/apis/{id?}", (string? id, HttpRequest request) => Create(gateway, request));
        tyk.MapPut("/apis/{id}", (string id, HttpRequest request) => Update(gateway, id, request));
        tyk.MapDelete("/apis/{id}", (string id) => Delete(gateway, id));
    }

    public static IResult NotFound() => Answers.Error(404, "API not found");

    public static IResult Delete(Gateway gateway, string id)
    {
        lock (gateway.Gate)
        {
            if (!gateway.Definitions.Apis.ContainsKey(id)) return NotFound();
            return gateway.Definitions.RemoveApi(id) ? Answers.Done(id, "deleted") : Answers.Error(500, "Delete failed");
        }
    }

    public static JsonObject? Parse(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static IResult List(Gateway gateway)
    {
        lock (gateway.Gate) return Answers.Ok(gateway.Definitions.Apis.Values.Select(a => a.Classic).ToList());
    }

    static IResult Read(Gateway gateway, string id)
    {
        lock (gateway.Gate) return gateway.Definitions.Apis.TryGetValue(id, out var api) ? Answers.Ok(api.Classic) : NotFound();
    }

    static IResult Versions(Gateway gateway, string id)
    {
        lock (gateway.Gate)
        {
            if (!gateway.Definitions.Apis.TryGetValue(id, out var api)) return NotFound();
            var only = new JsonObject
            {
                ["id"] = api.Id,
                ["name"] = api.Name,
                ["versionName"] = "",
                ["internal"] = api.Classic.TrueAt("internal"),
                ["expirationDate"] = "",
                ["isDefaultVersion"] = true,
            };
            return Answers.Ok(new JsonObject { ["status"] = "success", ["apis"] = new JsonArray(only) });
        }
    }

    static async Task<IResult> Create(Gateway gateway, HttpRequest request)
    {
        if (Parse(await request.ReadBody()) is not { } definition) return Answers.Error(400, "Request malformed");
        var api = ApiDefinition.FromClassic(definition);
        lock (gateway.Gate) gateway.Definitions.Write(api);
        return Answers.Done(api.Id, "added");
    }

    static async Task<IResult> Update(Gateway gateway, string id, HttpRequest request)
    {
        var definition = Parse(await request.ReadBody());
        lock (gateway.Gate)
        {
            if (!gateway.Definitions.Apis.TryGetValue(id, out var api)) return NotFound();
            if (api.Document is not null) return Answers.Error(400, "the requested API definition is in Tyk OAS format, please use OAS api endpoint");
            if (definition is null) return Answers.Error(400, "Request malformed");
            if (definition.TextAt("api_id") != id) return Differs();
            gateway.Definitions.Write(ApiDefinition.FromClassic(definition));
            return Answers.Done(id, "modified");
        }
    }

    public static IResult Differs() => Answers.Error(400, "Request APIID does not match that in Definition! For Update operations these must match.");
}
