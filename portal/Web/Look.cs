namespace DevPortal.Portal.Web;

/// <summary>The script looks again at a page by itself. That is no page that somebody reads, and nobody is led away from the one that he has.</summary>
static class Look
{
    public static bool LooksAgain(this HttpContext http) => http.Request.Headers.ContainsKey("X-Looks-Again");
}
