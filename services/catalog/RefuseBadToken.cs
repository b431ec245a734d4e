using DevPortal.Eventing;
using DevPortal.ServiceDefaults;

namespace DevPortal.Catalog;

/// <summary>Who sends a token that is not good is told so. Answered like a stranger, he would miss products and not know why.</summary>
static class RefuseBadToken
{
    public static ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        return http.Request.Headers.Authorization.Count > 0 && http.Features.Get<CurrentUser>() is null
            ? ValueTask.FromResult<object?>(new Refusal(StatusCodes.Status401Unauthorized, "token-no-longer-good", "This token is not good. Sign in again.").ToProblem())
            : next(context);
    }
}
