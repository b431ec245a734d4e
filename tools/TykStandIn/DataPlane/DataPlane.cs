using System.Text.Json.Nodes;

namespace DevPortal.TykStandIn;

/// <summary>Consumers' calls: finds the API by its listen path, checks key, rights, rate and quota, and answers with the operation's example.</summary>
static class DataPlane
{
    /// <summary>Marks a call that happens while the store is down: no key can be found.</summary>
    public const string NoStore = "no-store";

    public static void MapDataPlane(this WebApplication app, Gateway gateway) => app.MapFallback("{**path}", context => Handle(context, gateway));

    static Task Handle(HttpContext context, Gateway gateway)
    {
        var path = context.Request.Path.Value ?? "/";
        IResult answer;
        lock (gateway.Gate) answer = Answer(context, gateway, path);
        return answer.ExecuteAsync(context);
    }

    static IResult Answer(HttpContext context, Gateway gateway, string path)
    {
        if (Find(gateway, path) is not { } api) return Results.Text("404 page not found\n", "text/plain; charset=utf-8", statusCode: 404);

        var verdict = api.IsKeyless ? Verdict.Pass : KeyCheck.Of(gateway, api, Behind(api, path), context.Request);
        if (verdict.Refusal is { } refusal) return Results.Text(TykJson.Write(new JsonObject { ["error"] = refusal }), Answers.Json, statusCode: verdict.Status);

        context.Response.Headers["X-RateLimit-Limit"] = verdict.Limit.ToString();
        context.Response.Headers["X-RateLimit-Remaining"] = verdict.Remaining.ToString();
        context.Response.Headers["X-RateLimit-Reset"] = verdict.Renews.ToString();
        return Example.Of(api, context.Request.Method, Behind(api, path));
    }

    static ApiDefinition? Find(Gateway gateway, string path) =>
        gateway.Definitions.Apis.Values
            .Where(a => a.IsActive && (path == a.ListenPath || path.StartsWith(a.ListenPath.TrimEnd('/') + "/", StringComparison.Ordinal)))
            .MaxBy(a => a.ListenPath.Length);

    static string Behind(ApiDefinition api, string path) => "/" + path[api.ListenPath.Length..].TrimStart('/');
}

/// <summary>Refused with a status and a text, or let through with what is left of the quota.</summary>
sealed record Verdict(int Status, string? Refusal, long Limit = 0, long Remaining = 0, long Renews = 0)
{
    public static Verdict Pass { get; } = new(200, null);
}
