using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DevPortal.SystemTests;

/// <summary>A span as it was exported.</summary>
public sealed record Span(string Service, string TraceId, string Id, string ParentId, string Name, IReadOnlyDictionary<string, string> Attributes)
{
    public override string ToString() => $"{Service}: {Name}";
}

/// <summary>As much of an OpenTelemetry collector as it takes to see what programs export (OTLP over HTTP, protobuf).</summary>
public sealed class Collector : IAsyncDisposable
{
    readonly WebApplication app;
    readonly ConcurrentQueue<byte[]> bodies = [];
    readonly ConcurrentQueue<Span> spans = [];

    Collector(WebApplication app) => this.app = app;

    public string Address => app.Urls.First();

    public IReadOnlyCollection<Span> Spans => spans;

    /// <summary>Everything that came, traces, logs and metrics, byte for byte.</summary>
    public IReadOnlyCollection<byte[]> Bodies => bodies;

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var collector = new Collector(app);
        app.MapPost("/v1/{signal}", collector.ReceiveAsync);
        await app.StartAsync();
        return collector;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    async Task<IResult> ReceiveAsync(string signal, HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        bodies.Enqueue(body.ToArray());
        if (signal == "traces")
        {
            foreach (var resource in new Message(body.ToArray()).All(1)) ReadSpans(resource);
        }
        return Results.Bytes([], "application/x-protobuf");
    }

    // Numbers of fields: opentelemetry/proto/trace/v1/trace.proto.
    void ReadSpans(Message resourceSpans)
    {
        var service = Attributes(resourceSpans.All(1).First(), 1).GetValueOrDefault("service.name", "");
        foreach (var span in resourceSpans.All(2).SelectMany(scope => scope.All(2)))
            spans.Enqueue(new(service, span.Hex(1), span.Hex(2), span.Hex(4), span.Text(5), Attributes(span, 9)));
    }

    static Dictionary<string, string> Attributes(Message message, int field) =>
        message.All(field).GroupBy(pair => pair.Text(1)).ToDictionary(pair => pair.Key, pair => pair.First().All(2).FirstOrDefault()?.Text(1) ?? "");

    /// <summary>A protobuf message: its fields that have a length; numbers are passed over.</summary>
    sealed class Message
    {
        readonly List<(int Field, ReadOnlyMemory<byte> Value)> fields = [];

        public Message(ReadOnlyMemory<byte> bytes)
        {
            for (var at = 0; at < bytes.Length;)
            {
                var tag = Number(bytes.Span, ref at);
                switch (tag & 7)
                {
                    case 0: Number(bytes.Span, ref at); break;
                    case 1: at += sizeof(long); break;
                    case 5: at += sizeof(int); break;
                    default:
                        var length = (int)Number(bytes.Span, ref at);
                        fields.Add(((int)(tag >> 3), bytes.Slice(at, length)));
                        at += length;
                        break;
                }
            }
        }

        public IEnumerable<Message> All(int field) => fields.Where(known => known.Field == field).Select(known => new Message(known.Value));

        public string Text(int field) => Encoding.UTF8.GetString(Bytes(field).Span);

        public string Hex(int field) => Convert.ToHexStringLower(Bytes(field).Span);

        ReadOnlyMemory<byte> Bytes(int field) => fields.FirstOrDefault(known => known.Field == field).Value;

        static ulong Number(ReadOnlySpan<byte> bytes, ref int at)
        {
            ulong number = 0;
            for (var shift = 0; ; shift += 7)
            {
                var part = bytes[at++];
                number |= (ulong)(part & 0x7f) << shift;
                if ((part & 0x80) == 0) return number;
            }
        }
    }
}
