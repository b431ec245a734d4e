using Microsoft.AspNetCore.Http;

namespace DevPortal.ServiceDefaults;

/// <summary>The version of a stream as an HTTP entity tag (RFC 9110 §8.8.3), and the check of <c>If-Match</c>.</summary>
public static class ETag
{
    /// <summary>The tag of a version, in quotes.</summary>
    public static string Of(long version) => $"\"{version}\"";

    /// <summary>Puts the tag of a version on the answer.</summary>
    public static void Set(HttpContext http, long version) => http.Response.Headers.ETag = Of(version);

    /// <summary>428 when <paramref name="ifMatch"/> is missing, 412 when it names another version; null when it fits. <c>*</c> fits always.</summary>
    public static Refusal? Refuses(string? ifMatch, long version)
    {
        if (string.IsNullOrWhiteSpace(ifMatch))
            return new Refusal(StatusCodes.Status428PreconditionRequired, "if-match-required", "Send the ETag that you read as If-Match, so that you decide about what you saw.", "If-Match");
        return ifMatch == "*" || ifMatch.Split(',', StringSplitOptions.TrimEntries).Any(tag => tag.Replace("W/", "", StringComparison.Ordinal) == Of(version))
            ? null
            : Refusal.Stale();
    }
}
