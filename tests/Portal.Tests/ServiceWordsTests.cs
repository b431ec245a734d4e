using System.Text.RegularExpressions;
using DevPortal.Portal;
using DevPortal.Portal.Web;
using DevPortal.Testing;
using Microsoft.Extensions.Localization;
using Xunit;

namespace DevPortal.PortalTests;

/// <summary>In another language, services speak it too.</summary>
public sealed class ServiceWordsTests
{
    [Theory]
    [InlineData("An admin decides.", "«An admin decides.»")]
    [InlineData("the gateway does not find the key that it just made", "«the gateway does not find the key that it just made»")]
    // What is named stays, and what is a sentence itself is said in the language too.
    [InlineData("A name has at most 200 characters.", "«A name has at most 200 characters.»")]
    [InlineData("'Tides' can't be requested: None of its APIs is there at the moment.", "«'Tides' can't be requested: «None of its APIs is there at the moment.»»")]
    [InlineData("The key was not made: the gateway refuses the key: no such policy. An admin can try again or revoke.", "«The key was not made: «the gateway refuses the key: no such policy». An admin can try again or revoke.»")]
    // Tyk's own words.
    [InlineData("Attempted administrative access with invalid or missing key!", "Attempted administrative access with invalid or missing key!")]
    [InlineData("An admin decides. Or two.", "An admin decides. Or two.")]
    public void What_a_service_says_is_said_in_the_language_of_the_page(string said, string shown) => Assert.Equal(shown, ServiceWords.Say(said, new Foreign()));

    [Fact]
    public void Each_sentence_is_written_in_a_service()
    {
        var written = string.Join('\n', new[] { "services", "ServiceDefaults" }
            .SelectMany(folder => Directory.EnumerateFiles(Repository.Path(folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)).Select(File.ReadAllText));

        string[] lost = [.. ServiceWords.Sentences.Where(sentence => !Regex.IsMatch(written, $"\"{Regex.Replace(Regex.Escape(sentence), @"\\\{\d\}", @"\{.+?\}")}\""))];

        Assert.Equal([], lost);
    }

    /// <summary>A language in which everything stands in quotes.</summary>
    sealed class Foreign : IStringLocalizer<Texts>
    {
        public LocalizedString this[string name] => new(name, $"«{name}»");

        public LocalizedString this[string name, params object[] arguments] => new(name, $"«{string.Format(null, name, arguments)}»");

        public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) => [];
    }
}
