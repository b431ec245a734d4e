using System.Text.Json.Nodes;

namespace DevPortal.TykStandIn;

/// <summary>OpenAPI documents with Tyk's extension. <c>?mode=public</c> takes the extension off only at <c>/export</c>.</summary>
static class OasApis
{
    public static void MapOasApis(this IEndpointRouteBuilder tyk, Gateway gateway)
    {
        tyk.MapGet("/apis/oas", (HttpRequest request) => List(gateway, request));
        tyk.MapGet("/apis/oas/export", (HttpRequest request) => Export(gateway, null, request));
        tyk.MapGet("/apis/oas/{id}", (string id, HttpRequest request) => Read(gateway, id, request));
        tyk.MapGet("/apis/oas/{id}/export", (string id, HttpRequest request) => Export(gateway, id, request));
        tyk.MapPost("/apis/oas", (HttpRequest request) => Create(gateway, request));
        tyk.MapPut("/apis/oas/{id}", (string id, HttpRequest request) => Update(gateway, id, request));
        tyk.MapDelete("/apis/oas/{id}", (string id) => Apis.Delete(gateway, id));
    }

    static IResult List(Gateway gateway, HttpRequest request)
    {
        lock (gateway.Gate) return Answers.Ok(All(gateway, request, withExtension: true));
    }

    static IResult Read(Gateway gateway, string id, HttpRequest request)
    {
        lock (gateway.Gate)
            return Find(gateway, id, out var api) is { } refusal ? refusal : Answers.Ok(api!.Published(Own(request), withExtension: true));
    }

    static IResult Export(Gateway gateway, string? id, HttpRequest request)
    {
        lock (gateway.Gate)
        {
            var withExtension = !request.Says("mode", "public");
            if (id is null) return Attachment(new JsonArray([.. All(gateway, request, withExtension)]));
            return Find(gateway, id, out var api) is { } refusal ? refusal : Attachment(api!.Published(Own(request), withExtension));
        }
    }

    static async Task<IResult> Create(Gateway gateway, HttpRequest request)
    {
        if (Apis.Parse(await request.ReadBody()) is not { } document) return Answers.Error(400, "Request malformed");
        if (document[ApiDefinition.Extension] is not JsonObject) return Answers.Error(400, "the payload should contain x-tyk-api-gateway");
        var api = ApiDefinition.FromDocument(document);
        lock (gateway.Gate) gateway.Definitions.Write(api);
        return Answers.Done(api.Id, "added");
    }

    static async Task<IResult> Update(Gateway gateway, string id, HttpRequest request)
    {
        var document = Apis.Parse(await request.ReadBody());
        lock (gateway.Gate)
        {
            if (Find(gateway, id, out _) is { } refusal) return refusal;
            if (document is null) return Answers.Error(400, "Request malformed");
            if (document[ApiDefinition.Extension] is not JsonObject) return Answers.Error(400, "the payload should contain x-tyk-api-gateway");
            if (document.TextAt(ApiDefinition.Extension, "info", "id") != id) return Apis.Differs();
            gateway.Definitions.Write(ApiDefinition.FromDocument(document));
            return Answers.Done(id, "modified");
        }
    }

    static IResult? Find(Gateway gateway, string id, out ApiDefinition? api)
    {
        if (!gateway.Definitions.Apis.TryGetValue(id, out api)) return Apis.NotFound();
        return api.Document is null
            ? Answers.Error(400, "the requested API definition is in Tyk classic format, please use old api endpoint")
            : null;
    }

    static List<JsonObject> All(Gateway gateway, HttpRequest request, bool withExtension) =>
        [.. gateway.Definitions.Apis.Values.Where(a => a.Document is not null).Select(a => a.Published(Own(request), withExtension))];

    static Uri Own(HttpRequest request) => new($"{request.Scheme}://{request.Host}");

    static IResult Attachment(JsonNode content) =>
        Results.File(System.Text.Encoding.UTF8.GetBytes(TykJson.Write(content)), "application/octet-stream", "oas.json");
}
