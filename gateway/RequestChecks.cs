using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;

namespace DevPortal.Gateway;

/// <summary>What no service should have to see: secrets in addresses, bodies that are too large, a grant that only the gateway may use.</summary>
static class RequestChecks
{
    public const string TokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";

    static readonly string[] SecretParameters = ["api_key", "access_token"];

    public static void UseRequestChecks(this WebApplication app) => app.Use(async (http, next) =>
    {
        var refusal = Refuse(http) ?? (IsTokenRequest(http.Request) ? RefuseGrant(await ReadFormAsync(http.Request)) : null);
        if (refusal is null) await next(http);
        else await refusal.ToProblem().ExecuteAsync(http);
    });

    static Refusal? Refuse(HttpContext http)
    {
        if (SecretParameters.FirstOrDefault(http.Request.Query.ContainsKey) is { } parameter)
            return new Refusal(StatusCodes.Status400BadRequest, "secret-in-url", "Addresses end up in logs. Send the token in the Authorization header, and treat the one you sent as known to others.", parameter);
        var limit = http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize;
        return http.Request.ContentLength > limit ? TooLarge : null;
    }

    public static Refusal TooLarge => new(StatusCodes.Status413PayloadTooLarge, "too-large", "The body is larger than 1 MiB.");

    /// <summary>Personal access tokens are exchanged by the gateway alone: outside, one would be as good as a way to mint tokens.</summary>
    static Refusal? RefuseGrant(IFormCollection form) => form["grant_type"].Contains(TokenExchange)
        ? new Refusal(StatusCodes.Status400BadRequest, "unsupported-grant-type", "Send a personal access token as it is, in the Authorization header: it is exchanged on the way.", "grant_type")
        : null;

    static bool IsTokenRequest(HttpRequest request) => request.Path.StartsWithSegments("/connect/token");

    /// <summary>Reads the form and leaves the body as it was, for identity.</summary>
    static async Task<IFormCollection> ReadFormAsync(HttpRequest request)
    {
        if (!request.HasFormContentType) return FormCollection.Empty;
        request.EnableBuffering();
        try
        {
            return await request.ReadFormAsync(request.HttpContext.RequestAborted);
        }
        catch (InvalidDataException bad)
        {
            throw new BadHttpRequestException("The form can't be read.", bad);
        }
        finally
        {
            request.Body.Position = 0;
        }
    }
}
