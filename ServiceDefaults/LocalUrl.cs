using System.Diagnostics.CodeAnalysis;

namespace DevPortal.ServiceDefaults;

/// <summary>Addresses that stay on this site, whoever wrote them.</summary>
public static class LocalUrl
{
    /// <summary>Where a page goes on to: never to another site.</summary>
    /// <param name="url">As a query or a form has it.</param>
    /// <returns>The address, or <c>/</c> if it is none of ours.</returns>
    public static string OrHome(string? url) => IsLocal(url) ? url : "/";

    /// <summary>Whether it is a path of this site. A browser reads <c>//host</c> and <c>/\host</c> as another site, and takes tabs and line ends out before it reads.</summary>
    public static bool IsLocal([NotNullWhen(true)] string? url) =>
        url is { Length: > 0 } && url[0] == '/' && (url.Length == 1 || url[1] is not ('/' or '\\')) && !url.Any(char.IsControl);
}
