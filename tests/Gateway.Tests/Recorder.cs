using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace DevPortal.Gateway.Tests;

/// <summary>Remembers every request that reached a service, and answers it with the service's name or as told.</summary>
sealed class Recorder(string name, Func<HttpContext, Task>? answer = null)
{
    public ConcurrentQueue<Seen> Requests { get; } = [];

    public Seen Last => Requests.Last();

    public async Task HandleAsync(HttpContext http)
    {
        if (http.Request.Path == "/health") return;
        using var body = new StreamReader(http.Request.Body);
        Requests.Enqueue(new Seen(
            http.Request.Method,
            http.Request.Path + http.Request.QueryString.Value,
            http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await body.ReadToEndAsync(http.RequestAborted)));
        await (answer?.Invoke(http) ?? http.Response.WriteAsync(name));
    }

    public sealed record Seen(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
    {
        public string Path => Target.Split('?')[0];

        public string? Header(string name) => Headers.GetValueOrDefault(name);
    }
}
