using DevPortal.Portal.Sessions;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components.Endpoints;

namespace DevPortal.Portal.Web;

/// <summary>A form that can't be believed (its page is older than the session, somebody else signed in meanwhile) is shown again with what was typed.
/// The request becomes a GET: nothing of the form is carried out.</summary>
static class ShownAgain
{
    static readonly object Key = new();

    public static bool IsShownAgain(this HttpContext http) => http.Items.ContainsKey(Key);

    /// <summary>After antiforgery.</summary>
    public static void UseShownAgain(this WebApplication app) => app.Use(async (http, next) =>
    {
        var isBelieved = http.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: false };
        if (!isBelieved && http.Request.Path == SignIn.OutPath)
        {
            http.Response.Redirect("/session/end");
            return;
        }

        if (!isBelieved && http.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null)
        {
            http.Items[Key] = true;
            http.Request.Method = HttpMethods.Get;
            // Without it the form may be read, which is all that happens to it.
            http.Features.Set<IAntiforgeryValidationFeature>(null);
            await http.ReadPostedFormAsync();
        }

        await next(http);
    });
}
