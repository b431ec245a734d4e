using System.Text.Json;
using DevPortal.ServiceDefaults;

namespace DevPortal.Catalog;

/// <summary>Records with lists in them are compared by what they say; the record's own equality compares lists by reference.</summary>
public static class Same
{
    public static bool As<T>(T one, T other) => JsonSerializer.Serialize(one, Json.Options) == JsonSerializer.Serialize(other, Json.Options);
}
