using System.Globalization;
using Microsoft.AspNetCore.Builder;

namespace DevPortal.ServiceDefaults;

/// <summary>English, and every language that has a file <c>Texts.&lt;language&gt;.resx</c>; the browser chooses.</summary>
public static class Language
{
    /// <summary>Before what writes texts: pages. The API has one language.</summary>
    public static void UseLanguage(this WebApplication app) => app.UseWhen(http => !http.Request.Path.StartsWithSegments("/api"), pages => pages.UseRequestLocalization(options =>
    {
        var known = Directory.EnumerateFiles(AppContext.BaseDirectory, $"{app.Environment.ApplicationName}.resources.dll", SearchOption.AllDirectories)
            .Select(file => CultureInfo.GetCultureInfo(Path.GetFileName(Path.GetDirectoryName(file)!))).Prepend(CultureInfo.GetCultureInfo("en")).ToArray();
        options.DefaultRequestCulture = new("en", "en");
        options.SupportedCultures = known;
        options.SupportedUICultures = known;
    }));
}
