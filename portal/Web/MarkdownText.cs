using DevPortal.ServiceDefaults;
using Markdig;
using Markdig.Renderers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.AspNetCore.Components;

namespace DevPortal.Portal.Web;

/// <summary>Markdown that admins wrote, as HTML that can do nothing: no HTML of theirs, no scripts, links only to the web, mail and this site.</summary>
static class MarkdownText
{
    static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseAutoLinks().UseEmphasisExtras().Build();

    /// <param name="headings">The level that they begin with; the page has the first.</param>
    public static MarkupString ToHtml(string? text, int headings = 2) => new(Render(text, headings));

    /// <summary>The words alone, for where there is no room for more.</summary>
    public static string ToPlain(string? text) => string.IsNullOrWhiteSpace(text) ? "" : Markdown.ToPlainText(text, Pipeline).Trim();

    public static string Render(string? text, int headings = 2)
    {
        if (string.IsNullOrWhiteSpace(text)) return "";
        var document = Markdown.Parse(text, Pipeline);
        foreach (var link in document.Descendants<LinkInline>())
        {
            // A picture of another site would tell it who reads here; the policy refuses it anyhow.
            if (link.IsImage ? !IsOurs(link.Url) : !IsHarmless(link.Url)) link.Url = "#";
        }

        foreach (var link in document.Descendants<AutolinkInline>().Where(link => !link.IsEmail && !IsHarmless(link.Url))) link.Url = "#";
        foreach (var heading in document.Descendants<HeadingBlock>()) heading.Level = Math.Max(heading.Level, headings);
        using var html = new StringWriter();
        var renderer = new HtmlRenderer(html);
        Pipeline.Setup(renderer);
        renderer.Render(document);
        return html.ToString();
    }

    /// <summary>The headline and the rest of a page's text.</summary>
    public static (string Headline, string Text) Split(string text)
    {
        var lines = text.ReplaceLineEndings("\n").TrimStart().Split('\n', 2);
        return lines[0].StartsWith("# ", StringComparison.Ordinal) ? (lines[0][2..].Trim(), lines.Length > 1 ? lines[1] : "") : ("", text);
    }

    static bool IsHarmless(string? url) => IsOurs(url) || (Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https" or "mailto"));

    static bool IsOurs(string? url) => url is ['#', ..] || LocalUrl.IsLocal(url);
}
