using System.Text.RegularExpressions;
using System.Xml.Linq;
using DevPortal.Portal.Web;
using DevPortal.Testing;
using Xunit;

namespace DevPortal.PortalTests;

public sealed partial class TextsTests
{
    /// <param name="project">Each that has pages for people.</param>
    [Theory]
    [InlineData("portal")]
    [InlineData("services/identity")]
    [InlineData("gateway")]
    public void Every_text_of_a_page_is_in_the_file_of_texts_and_no_other(string project)
    {
        var used = Directory.EnumerateFiles(Repository.Path(project), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".razor" or ".cs" && !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .SelectMany(file => Text().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value.Replace("\\\"", "\"", StringComparison.Ordinal))
            .Concat(project == "portal" ? ServiceWords.Sentences : []).ToHashSet();
        var written = XDocument.Load(Repository.Path(project, "Texts.resx")).Descendants("data").Select(text => text.Attribute("name")!.Value).ToHashSet();

        Assert.Equal(used.Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("""(?<!\w)[Tt]\["((?:[^"\\]|\\.)*)["]""")]
    private static partial Regex Text();
}
