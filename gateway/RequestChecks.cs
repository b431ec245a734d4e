using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;

namespace DevPortal.Gateway;

/// <summary>What no service should have to see: secrets in addresses, and bodies that are too large.</summary>
static class RequestChecks
{
    static readonly string[] SecretParameters = ["api_key", "access_token"];

    public static void UseRequestChecks(this WebApplication app) => app.Use((http, next) =>
        Refuse(http) is { } refusal ? http.RefuseAsync(refusal) : next(http));

    static Refusal? Refuse(HttpContext http)
    {
        if (http.Request.QueryString.HasValue && SecretParameters.FirstOrDefault(http.Request.Query.ContainsKey) is { } parameter)
            return new Refusal(StatusCodes.Status400BadRequest, "secret-in-url", "Addresses end up in logs. Send the token in the Authorization header, and treat the one you sent as known to others.", parameter);
        var limit = http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize;
        return http.Request.ContentLength > limit ? TooLarge : null;
    }

    public static Refusal TooLarge => new(StatusCodes.Status413PayloadTooLarge, "too-large", "The body is larger than 1 MiB.");
}
