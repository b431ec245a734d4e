namespace DevPortal.Portal.Sessions;

/// <summary>Where a page goes on to: never to another site.</summary>
static class LocalUrl
{
    public static string OrHome(string? url) => IsLocal(url) ? url! : "/";

    /// <summary>A browser reads <c>//host</c> and <c>/\host</c> as another site.</summary>
    static bool IsLocal(string? url) =>
        url is { Length: > 0 } && url[0] == '/' && (url.Length == 1 || (url[1] != '/' && url[1] != '\\')) && !url.Any(char.IsControl);
}
