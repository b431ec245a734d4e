using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using DevPortal.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace DevPortal.Identity.SignIn;

/// <summary>Accounts that the sign-in page offers with one click. Only on somebody's own machine.</summary>
public sealed record ShortcutOptions
{
    /// <summary>Configuration key <c>SignIn:Shortcuts</c>: a JSON file, which may appear later.</summary>
    public string? Shortcuts { get; init; }
}

/// <summary>One account of the file.</summary>
public sealed record Shortcut(
    [property: Required] string Name, [property: Required] string Email, [property: Required] string Password, string? Role, string? Organisation, string[]? Teams)
{
    public string Description => string.Join(" · ", ((string?[])[Role, Organisation, .. Teams ?? []]).Where(word => !string.IsNullOrEmpty(word)));

    public override string ToString() => Email;
}

/// <summary>Reads the file when the page is shown, because whoever fills the portal writes it after the start.</summary>
public sealed class Shortcuts(IOptions<ShortcutOptions> options, ILogger<Shortcuts> log)
{
    static readonly JsonSerializerOptions Lenient = new(JsonSerializerDefaults.Web);

    public IReadOnlyList<Shortcut> Read()
    {
        if (string.IsNullOrEmpty(options.Value.Shortcuts) || !File.Exists(options.Value.Shortcuts)) return [];
        try
        {
            return JsonSerializer.Deserialize<Shortcut[]>(File.ReadAllBytes(options.Value.Shortcuts), Lenient) ?? [];
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            // The file may be half written at this moment; its content has passwords, so only the kind of trouble is said.
            log.LogWarning("The file of sign-in shortcuts can't be read ({Trouble}).", unreadable.GetType().Name);
            return [];
        }
    }

    /// <summary>Passwords on a page are for nobody but the one person at this machine.</summary>
    public sealed class OnlyOnLocalhost(IOptions<PublicAddress> address) : IValidateOptions<ShortcutOptions>
    {
        public ValidateOptionsResult Validate(string? name, ShortcutOptions options) =>
            string.IsNullOrEmpty(options.Shortcuts) || new Uri(address.Value.PublicUrl) is { Scheme: "http", IsLoopback: true }
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"SignIn:Shortcuts is only for http://localhost, and PublicUrl is '{address.Value.PublicUrl}'. Take SignIn:Shortcuts away.");
    }
}
