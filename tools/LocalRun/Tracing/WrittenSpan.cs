using System.Text.Json;

namespace DevPortal.LocalRun.Tracing;

/// <summary>A span as a service has written it into its span file.</summary>
/// <param name="Service">Whose it is.</param>
/// <param name="Parent">Null: it began the trace.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Error">Null: it went well.</param>
public sealed record WrittenSpan(
    string Trace, string Span, string Service, string Name, DateTimeOffset Start, double Milliseconds, string? Parent = null, string? Error = null,
    string? CorrelationId = null, int? Status = null)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>All spans that the programs of a run have written, finished until about half a second ago.</summary>
    public static IEnumerable<WrittenSpan> ReadAll(StateFolder state) => Directory.EnumerateFiles(state.Logs, "*.spans*").SelectMany(ReadFile);

    private static IEnumerable<WrittenSpan> ReadFile(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        while (reader.ReadLine() is { } line)
        {
            if (Parse(line) is { } span) yield return span;
        }
    }

    /// <summary>Null: a line that is still being written, or was cut when a process was killed.</summary>
    public static WrittenSpan? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<WrittenSpan>(line, Json) is { Trace: not null, Span: not null } span ? span : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
