namespace DevPortal.TykStandIn;

/// <summary>Everything under <c>/tyk</c>.</summary>
static class ControlApi
{
    static readonly string[] Paths =
    [
        "/policies/{id?}", "/apis/{id?}", "/apis/oas/{id?}", "/keys/{id?}", "/reload", "/reload/group",
    ];

    public static void MapControlApi(this WebApplication app, Gateway gateway)
    {
        var tyk = app.MapGroup("/tyk");
        tyk.MapPolicies(gateway);
        tyk.MapApis(gateway);
        tyk.MapOasApis(gateway);
        tyk.MapKeys(gateway);
        tyk.MapReload(gateway);
        tyk.MapNodeHealth();

        // A known path with another method; unknown paths fall through to the data plane's 404.
        foreach (var path in Paths) tyk.Map(path, () => Answers.Error(405, "Method not supported"));
    }
}
