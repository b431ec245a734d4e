using Microsoft.AspNetCore.Http.Features;

namespace DevPortal.Portal.Web;

/// <summary>A form is read before a page is drawn: while it is drawn, reading would block the very context that the rest of the body is awaited on.</summary>
static class PostedForm
{
    /// <summary>What can't be read counts as empty.</summary>
    public static async Task ReadPostedFormAsync(this HttpContext http)
    {
        if (!http.Request.HasFormContentType) return;
        try
        {
            await http.Request.ReadFormAsync(http.RequestAborted);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or IOException)
        {
            http.Features.Set<IFormFeature>(new FormFeature(FormCollection.Empty));
        }
    }
}
