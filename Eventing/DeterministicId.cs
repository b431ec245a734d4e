using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace DevPortal.Eventing;

/// <summary>Ids that are the same wherever they are computed, so that a duplicate collides (UUIDv5, RFC 9562 §5.5).</summary>
public static class DeterministicId
{
    static readonly Guid Namespace = new("5b1d7f0e-7f2b-5c57-9a0b-0d5f3a9f6c11");

    /// <summary>The id of a name, e.g. <c>"tyk/&lt;org&gt;/&lt;policy&gt;"</c>.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "UUIDv5 is defined with SHA-1; nothing is protected by it.")]
    public static Guid Of(string name)
    {
        var text = Encoding.UTF8.GetBytes(name);
        var input = new byte[16 + text.Length];
        Namespace.TryWriteBytes(input, bigEndian: true, out _);
        text.CopyTo(input, 16);
        var hash = SHA1.HashData(input);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }

    /// <summary>The id that a foreign event has here: of its stream and version there.</summary>
    public static Guid OfEvent(Guid stream, long version) => Of($"event/{stream:N}/{version}");

    /// <summary>When a UUIDv7 was made; null for other ids and for those that claim a time beyond the year 9999.</summary>
    public static DateTimeOffset? MadeAt(Guid id)
    {
        if (id.Version != 7) return null;
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var milliseconds = BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16;
        return milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
    }
}
