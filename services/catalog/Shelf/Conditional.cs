using System.Security.Cryptography;
using System.Text.Json;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace DevPortal.Catalog.Shelf;

/// <summary>Conditional reads (RFC 9110 §13) of answers that are put together from several things.</summary>
static class Conditional
{
    /// <summary>Tags the answer by what it says; true if the caller has just that already: answer 304.</summary>
    public static bool IsKnown<T>(HttpContext http, T answer) =>
        IsKnownTag(http, $"\"{Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(answer, Json.Options)).AsSpan(0, 12))}\"");

    /// <summary>The same with a tag that is known already.</summary>
    public static bool IsKnownTag(HttpContext http, string tag)
    {
        http.Response.Headers.ETag = tag;
        // Answers depend on who asks; a shared cache must not keep them for the next.
        http.Response.Headers.CacheControl = "private, no-cache";
        return http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Tag == tag);
    }

    public static StatusCodeHttpResult NotModified => TypedResults.StatusCode(StatusCodes.Status304NotModified);
}
