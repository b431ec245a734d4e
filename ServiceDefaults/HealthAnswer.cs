using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DevPortal.ServiceDefaults;

/// <summary>Writes <c>/health</c> as JSON: overall status, what is wrong in words, and each check with its words and figures, no exceptions.</summary>
static class HealthAnswer
{
    public static Task WriteAsync(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(new
    {
        status = report.Status.ToString(),
        wrong = report.Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy).Select(entry => $"{entry.Key}: {entry.Value.Description ?? "not well"}").ToArray(),
        checks = report.Entries.ToDictionary(
            entry => entry.Key,
            entry => new { status = entry.Value.Status.ToString(), description = entry.Value.Description, data = entry.Value.Data }),
    });
}

/// <summary>Words for <c>/health</c>: what is wrong, since when, and what still works.</summary>
public static class HealthWords
{
    /// <param name="wrong">What is wrong: the beginning of a sentence.</param>
    /// <param name="since">When it was first noticed.</param>
    /// <param name="reason">Why, or where to look; a sentence.</param>
    /// <param name="works">What still works; a sentence.</param>
    public static string Say(string wrong, DateTimeOffset since, string? reason, string works) =>
        $"{wrong} since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC{(reason is null ? "" : $": {reason.TrimEnd('.')}")}. {works}";
}
