using System.Net;
using System.Text.Json;

namespace DevPortal.Portal.Api;

/// <summary>Why the API refused something (RFC 9457), as the gateway and all services write it.</summary>
/// <param name="Detail">In words for people, in English; the code chooses the words of another language.</param>
/// <param name="Errors">What is wrong with which field.</param>
/// <param name="RetryAfter">Seconds.</param>
/// <param name="Existing">What stands in the way.</param>
public sealed record Problem(int Status, string Code, string Detail, IReadOnlyDictionary<string, string[]>? Errors = null, int? RetryAfter = null, Guid? Existing = null)
{
    public static Problem Unavailable => new(503, "unavailable", "A service that is needed for this is away for the moment. Nothing was lost; please try again.", RetryAfter: 2);

    public static Problem NotFound => new(404, "not-found", "There is nothing at this address, or nothing that you may see.");

    /// <summary>What it says of one field.</summary>
    public string? Of(string field) => Errors?.FirstOrDefault(error => error.Key.Equals(field, StringComparison.OrdinalIgnoreCase) || error.Key.StartsWith(field + "[", StringComparison.OrdinalIgnoreCase)).Value?.FirstOrDefault();

    public static async Task<Problem> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var status = (int)response.StatusCode;
        var wait = response.Headers.RetryAfter?.Delta is { } delta ? (int?)delta.TotalSeconds : null;
        try
        {
            var read = JsonSerializer.Deserialize<Details>(await response.Content.ReadAsStringAsync(ct), JsonSerializerOptions.Web);
            if (read?.Code is { } code) return new(status, code, read.Detail ?? read.Title ?? "", read.Errors, wait, read.Existing);
        }
        catch (JsonException)
        {
            // Not from us: a proxy in between, or a bug.
        }

        return status is 502 or 503 or 504 ? Unavailable with { Status = status } : new(status, "unexpected", $"The portal's API answered {(HttpStatusCode)status}.", null, wait);
    }

    sealed record Details(string? Code, string? Title, string? Detail, Dictionary<string, string[]>? Errors, Guid? Existing);
}

/// <summary>A read was refused.</summary>
public sealed class RefusedException(Problem problem) : Exception(problem.Detail)
{
    public Problem Problem { get; } = problem;
}
