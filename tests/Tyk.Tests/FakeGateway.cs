using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using DevPortal.Tyk;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DevPortal.Tests.Tyk;

/// <summary>
/// A gateway over HTTP just big enough for the client: keys in memory, answers worded as recorded. Behaviour that a test needs otherwise
/// goes into <see cref="Instead"/>.
/// </summary>
public sealed class FakeGateway : IAsyncDisposable
{
    private readonly WebApplication app;

    private FakeGateway(WebApplication app) => this.app = app;

    public ConcurrentDictionary<string, string> Keys { get; } = new();

    public ConcurrentQueue<(string Method, string Path, string Body, string? Secret, string? Trace)> Asked { get; } = new();

    /// <summary>Without its store a gateway answers 404 to everything about keys, and 500 to a create.</summary>
    public bool StoreIsLost { get; set; }

    /// <summary>Answers a request itself and returns true, or leaves it.</summary>
    public Func<HttpContext, Task<bool>>? Instead { get; set; }

    public GatewayAddress Address => new(
        new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()), new SecretText("control-secret"), "o");

    public static async Task<FakeGateway> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var gateway = new FakeGateway(app);
        app.Run(gateway.Answer);
        await app.StartAsync();
        return gateway;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    public static Task Say(HttpContext http, int status, string json)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(json);
    }

    private async Task Answer(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        Asked.Enqueue((http.Request.Method, http.Request.Path + http.Request.QueryString.ToString(), body,
            http.Request.Headers["X-Tyk-Authorization"], http.Request.Headers["traceparent"]));
        if (Instead is { } instead && await instead(http))
        {
            return;
        }

        var id = http.Request.Path.Value!.Split('/').Last();
        await (http.Request.Method switch
        {
            "POST" when StoreIsLost => Say(http, 500, """{"status":"error","message":"Failed to create key, ensure security settings are correct."}"""),
            "POST" => Say(http, 200, JsonSerializer.Serialize(new { key = "token-of-" + id, status = "ok", action = "added", key_hash = Add(id, body) })),
            "GET" when !StoreIsLost && Keys.TryGetValue(id, out var key) => Say(http, 200, key),
            "GET" => Say(http, 404, """{"status":"error","message":"Key not found"}"""),
            "PUT" when !StoreIsLost && Keys.TryGetValue(id, out var old) && Keys.TryUpdate(id, body, old) => Say(http, 200, """{"status":"ok","action":"modified"}"""),
            "PUT" => Say(http, 404, """{"status":"error","message":"Key is not found"}"""),
            "DELETE" when !StoreIsLost && Keys.TryRemove(id, out _) => Say(http, 200, """{"status":"ok","action":"deleted"}"""),
            _ => Say(http, 404, """{"status":"error","message":"There is no such key found"}"""),
        });
    }

    private string Add(string id, string body)
    {
        var hash = "hash-of-" + id;
        Keys[hash] = body;
        return hash;
    }
}
