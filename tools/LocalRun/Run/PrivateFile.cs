using System.Text.Json;

namespace DevPortal.LocalRun;

/// <summary>Files that only their owner may read, replaced as a whole so that no reader sees half of one.</summary>
internal static class PrivateFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Write(string file, string text)
    {
        var next = $"{file}.{Guid.NewGuid():N}";
        using (var stream = new FileStream(next, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        using (var writer = new StreamWriter(stream))
        {
            writer.Write(text);
        }

        File.Move(next, file, overwrite: true);
    }

    public static void WriteJson<T>(string file, T content) => Write(file, JsonSerializer.Serialize(content, Json));

    /// <summary>What the file holds, or null where there is none.</summary>
    public static T? ReadJson<T>(string file) where T : class =>
        File.Exists(file) ? JsonSerializer.Deserialize<T>(File.ReadAllText(file), Json) : null;
}
