using System.Security.Cryptography;
using System.Text.Json;

namespace DevPortal.Demo.Filling;

/// <summary>Somebody that the demo made, with his password.</summary>
/// <param name="Role"><c>admin</c> or <c>consumer</c>.</param>
public sealed record Account(string Name, string Email, string Password, string Role, string Organisation, string[] Teams)
{
    public override string ToString() => Email;
}

/// <summary>The file of accounts, which only its owner can read.</summary>
public static class AccountsFile
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Its accounts; null where there is no such file.</summary>
    public static async Task<Account[]?> ReadAsync(string file, CancellationToken ct)
    {
        if (!File.Exists(file)) return null;
        await using var stream = File.OpenRead(file);
        return await JsonSerializer.DeserializeAsync<Account[]>(stream, Json, ct);
    }

    /// <summary>As a whole, so that no reader sees half of it.</summary>
    public static async Task WriteAsync(string file, IEnumerable<Account> accounts, CancellationToken ct)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var next = $"{file}.{Guid.NewGuid():N}";
        await using (var stream = new FileStream(next, options)) await JsonSerializer.SerializeAsync(stream, accounts, Json, ct);
        File.Move(next, file, overwrite: true);
    }
}

/// <summary>Passwords that nobody guesses and a person can type.</summary>
static class Password
{
    static readonly string[] Words =
    [
        "amber", "anchor", "apple", "autumn", "basket", "beacon", "birch", "bridge", "bronze", "candle", "canyon", "castle", "cedar", "cherry", "cloud", "clover",
        "comet", "copper", "coral", "cotton", "crane", "delta", "desert", "dragon", "eagle", "ember", "falcon", "feather", "fern", "field", "flint", "forest",
        "fossil", "garden", "garlic", "glacier", "granite", "harbour", "harvest", "hazel", "heron", "honey", "island", "ivory", "jasmine", "juniper", "kettle",
        "lagoon", "lantern", "lemon", "linen", "maple", "marble", "meadow", "mirror", "monsoon", "nectar", "oasis", "olive", "orbit", "orchid", "otter", "paper",
        "pebble", "pepper", "pine", "planet", "plum", "poppy", "prairie", "quartz", "raven", "ribbon", "river", "saddle", "saffron", "sail", "silver", "sparrow",
        "spruce", "stone", "summer", "sunset", "tambour", "thistle", "thunder", "timber", "tulip", "valley", "velvet", "violet", "walnut", "willow", "winter",
    ];

    /// <summary>Three words and three digits: 29 bits, for a portal on one's own machine.</summary>
    public static string New() =>
        $"{string.Join('-', RandomNumberGenerator.GetItems<string>(Words, 3))}-{RandomNumberGenerator.GetInt32(100, 1000)}";
}
