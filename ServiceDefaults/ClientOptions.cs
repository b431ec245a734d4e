using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace DevPortal.ServiceDefaults;

/// <summary>Front ends of others, as configuration: section <c>Clients</c>, by client id. Known to identity, which signs people in for them, and
/// to the gateway, which lets their pages call the API.</summary>
public sealed partial record ClientOptions : IValidatableObject
{
    /// <summary>What ids of our own programs begin with; configuration can't take one over.</summary>
    public const string Reserved = "devportal-";

    /// <summary>By client id. One without addresses is not there: a parameter that was left empty.</summary>
    public Dictionary<string, Client> Clients { get; init; } = [];

    /// <summary>Origins whose pages may call the API.</summary>
    public IEnumerable<string> Origins => Clients.Values.SelectMany(client => client.OriginList).Distinct();

    /// <summary>Origins that the sign-in page may lead to in the end.</summary>
    public IEnumerable<string> RedirectOrigins => Clients.Values.SelectMany(client => client.RedirectList).Select(OriginOf).Distinct();

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (id, client) in Clients)
        {
            if (!Id().IsMatch(id) || id.StartsWith(Reserved, StringComparison.Ordinal))
                yield return new ValidationResult($"Clients:{id}: a client's id has small letters, digits and hyphens, and does not begin with '{Reserved}'.");
            foreach (var origin in client.OriginList.Where(origin => !IsSafe(origin) || OriginOf(origin) != origin))
                yield return new ValidationResult($"Clients:{id}:Origins: '{origin}' is not an origin such as https://app.example.com (http only on localhost; no path, no slash at the end).");
            foreach (var address in client.RedirectList.Where(address => !IsSafe(address) || address.Contains('#', StringComparison.Ordinal)))
                yield return new ValidationResult($"Clients:{id}:RedirectUris: '{address}' is not an address such as https://app.example.com/callback (http only on localhost; no fragment).");
        }
    }

    static bool IsSafe(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) && url.UserInfo.Length == 0 && !address.Contains('*', StringComparison.Ordinal)
        && (url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback));

    static string OriginOf(string address) => new Uri(address).GetLeftPart(UriPartial.Authority);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,99}$")]
    private static partial Regex Id();
}

/// <summary>One front end: a public client, so it has no secret and proves itself by PKCE.</summary>
public sealed record Client
{
    /// <summary>Where sign-in may end, separated by commas or blanks.</summary>
    public string RedirectUris { get; init; } = "";

    /// <summary>Where its pages come from, separated by commas or blanks: <c>scheme://host[:port]</c>.</summary>
    public string Origins { get; init; } = "";

    /// <summary><see cref="RedirectUris"/>, one by one.</summary>
    public IReadOnlyList<string> RedirectList => Split(RedirectUris);

    /// <summary><see cref="Origins"/>, one by one.</summary>
    public IReadOnlyList<string> OriginList => Split(Origins);

    static string[] Split(string list) => list.Split([',', ' ', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
