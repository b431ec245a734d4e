using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace DevPortal.TykSync.Objects;

/// <summary>
/// Hash of a definition's content: the same for the same definition however a gateway writes it down this time (order of members and tags,
/// and the addresses of the node that answered).
/// </summary>
public static class ContentHash
{
    // A gateway nearly always writes a definition down as it did at the last run, and to recognise that costs a small part of what sorting costs.
    const int MostKnown = 100_000;
    static readonly ConcurrentDictionary<UInt128, string> Known = new();

    public static string Of(string raw)
    {
        Span<byte> text = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(raw.AsSpan()), text);
        var key = MemoryMarshal.Read<UInt128>(text);
        if (Known.TryGetValue(key, out var known)) return known;
        return Known[key] = Sorted(raw);
    }

    /// <summary>Hashes them by all processors: a run can do nothing else before it has them.</summary>
    public static void Prepare(IEnumerable<string> raws, CancellationToken cancel)
    {
        if (Known.Count >= MostKnown) Known.Clear();
        Parallel.ForEach(raws, new ParallelOptions { CancellationToken = cancel }, raw => Of(raw));
    }

    static string Sorted(string raw)
    {
        var definition = JsonElement.Parse(raw, new JsonDocumentOptions { MaxDepth = 256, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        var buffer = new ArrayBufferWriter<byte>(raw.Length);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true })) Write(definition, writer);
        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
    }

    static void Write(JsonElement element, Utf8JsonWriter writer)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            var isOpenApi = element.TryGetProperty("openapi", out _);
            writer.WriteStartObject();
            foreach (var member in element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
            {
                if (isOpenApi && member.Name == "servers") continue;
                writer.WritePropertyName(member.Name);
                if (member.Name == "tags" && member.Value.ValueKind == JsonValueKind.Array) WriteSorted(member.Value, writer);
                else Write(member.Value, writer);
            }

            writer.WriteEndObject();
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            writer.WriteStartArray();
            foreach (var item in element.EnumerateArray()) Write(item, writer);
            writer.WriteEndArray();
        }
        else
        {
            element.WriteTo(writer);
        }
    }

    static void WriteSorted(JsonElement tags, Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        foreach (var tag in tags.EnumerateArray().OrderBy(tag => tag.GetRawText(), StringComparer.Ordinal)) tag.WriteTo(writer);
        writer.WriteEndArray();
    }
}
