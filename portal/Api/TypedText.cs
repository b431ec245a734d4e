using System.Text.Json;
using System.Text.Json.Serialization;

namespace DevPortal.Portal.Api;

/// <summary>Browsers send a line break as two characters and count it as one: what fitted the field would be too long for the API.</summary>
sealed class TypedText : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value.ReplaceLineEndings("\n"));
}
