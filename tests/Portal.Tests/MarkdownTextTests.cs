using DevPortal.Portal.Web;
using Xunit;

namespace DevPortal.PortalTests;

public sealed class MarkdownTextTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>", "<script")]
    [InlineData("a <img src=x onerror=alert(1)> b", "<img")]
    [InlineData("[x](javascript:alert(1))", "javascript:")]
    [InlineData("[x](JaVaScRiPt:alert(1))", "ript:alert")]
    [InlineData("[x](data:text/html;base64,PHNjcmlwdD4=)", "data:")]
    [InlineData("[x](vbscript:msgbox)", "vbscript:")]
    [InlineData("[x][1]\n\n[1]: javascript:alert(1)", "href=\"javascript:")]
    [InlineData("<javascript:alert(1)>", "href=\"javascript:")]
    [InlineData("![x](https://elsewhere.example/spy.png)", "elsewhere")]
    [InlineData("[x](//elsewhere.example)", "href=\"//")]
    [InlineData("[x](/\\elsewhere.example)", "href=\"/\\")]
    [InlineData("[x](/&Tab;/elsewhere.example)", "elsewhere")]
    [InlineData("`<b>`", "<b>")]
    public void What_could_do_something_is_not_in_the_page(string text, string harmful) =>
        Assert.DoesNotContain(harmful, MarkdownText.Render(text), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void What_people_write_is_there()
    {
        var html = MarkdownText.Render("# Top\n\n- **bold** and [a link](https://example.com)\n\n| a | b |\n|---|---|\n| 1 | 2 |");

        Assert.Contains("<h2>Top</h2>", html, StringComparison.Ordinal);
        Assert.Contains("<strong>bold</strong>", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"https://example.com\">a link</a>", html, StringComparison.Ordinal);
        Assert.Contains("<table>", html, StringComparison.Ordinal);
        Assert.Equal("<h4>Top</h4>\n", MarkdownText.Render("# Top", headings: 4));
    }

    [Fact]
    public void Words_alone_are_without_marks() =>
        Assert.Equal("Fair use\nFor trying out, see the terms.", MarkdownText.ToPlain("## Fair use\n\nFor **trying out**, see [the terms](https://example.com)."));
}
