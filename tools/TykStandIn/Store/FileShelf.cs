using System.Security.Cryptography;
using System.Text;

namespace DevPortal.TykStandIn;

/// <summary>Small files in folders; a write is on disk and whole when it returns. Without a root it keeps nothing.</summary>
sealed class FileShelf(string? root)
{
    const string Suffix = ".json";

    public void Write(string folder, string name, string text)
    {
        if (root is null) return;
        var file = PathOf(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var half = file + ".half";
        using (var stream = new FileStream(half, FileMode.Create, FileAccess.Write))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(half, file, overwrite: true);
    }

    public void Delete(string folder, string name)
    {
        if (root is not null) File.Delete(PathOf(folder, name));
    }

    public IEnumerable<string> ReadAll(string folder)
    {
        if (root is null || Path.Combine(root, folder) is not { } path || !Directory.Exists(path)) return [];
        return Directory.EnumerateFiles(path, "*" + Suffix).Order(StringComparer.Ordinal).Select(File.ReadAllText);
    }

    public string? Read(string folder, string name) =>
        root is not null && PathOf(folder, name) is { } file && File.Exists(file) ? File.ReadAllText(file) : null;

    /// <summary>Ids may hold any character and be long, so the name is their digest; the content says whose file it is.</summary>
    string PathOf(string folder, string name) =>
        Path.Combine(root!, folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..32] + Suffix);
}
