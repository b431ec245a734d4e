using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using OpenTelemetry;

namespace DevPortal.ServiceDefaults;

/// <summary>Writes finished spans as lines of JSON into one file, for a portal on one machine; <c>./devportal trace</c> reads them.</summary>
/// <param name="path">The file. When it has grown to <see cref="Largest"/> it becomes <c>path.1</c> and a new one begins.</param>
/// <param name="service">Name of the service that the spans are of.</param>
sealed class SpanFile(string path, string service) : BaseExporter<Activity>
{
    /// <summary>Bytes.</summary>
    public const long Largest = 32 * 1024 * 1024;

    readonly ArrayBufferWriter<byte> lines = new();

    public override ExportResult Export(in Batch<Activity> batch)
    {
        try
        {
            lines.ResetWrittenCount();
            foreach (var span in batch) Write(span);
            using (var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0))
            {
                file.Write(lines.WrittenSpan);
                if (file.Length < Largest) return ExportResult.Success;
            }

            File.Move(path, path + ".1", overwrite: true);
            return ExportResult.Success;
        }
        catch (IOException)
        {
            // A full disk costs spans, nothing else.
            return ExportResult.Failure;
        }
    }

    void Write(Activity span)
    {
        using (var json = new Utf8JsonWriter(lines))
        {
            json.WriteStartObject();
            json.WriteString("trace", span.TraceId.ToHexString());
            json.WriteString("span", span.SpanId.ToHexString());
            if (span.ParentSpanId != default) json.WriteString("parent", span.ParentSpanId.ToHexString());
            json.WriteString("service", service);
            json.WriteString("name", span.DisplayName);
            json.WriteString("start", span.StartTimeUtc);
            json.WriteNumber("milliseconds", Math.Round(span.Duration.TotalMilliseconds, 3));
            if (span.Status == ActivityStatusCode.Error) json.WriteString("error", span.StatusDescription ?? "failed");
            if (span.GetTagItem(Telemetry.CorrelationId) is { } correlation) json.WriteString("correlationId", correlation.ToString());
            if (span.GetTagItem("http.response.status_code") is int status) json.WriteNumber("status", status);
            json.WriteEndObject();
        }

        lines.Write("\n"u8);
    }
}
