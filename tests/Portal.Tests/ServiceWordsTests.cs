using System.Text.RegularExpressions;
using DevPortal.Portal;
using DevPortal.Portal.Api;
using DevPortal.Portal.Web;
using DevPortal.Testing;
using Microsoft.Extensions.Localization;
using Xunit;

namespace DevPortal.PortalTests;

/// <summary>In another language, services speak it too.</summary>
public sealed partial class ServiceWordsTests
{
    [Theory]
    [InlineData("An admin decides.", "«An admin decides.»")]
    [InlineData("the gateway does not find the key that it just made", "«the gateway does not find the key that it just made»")]
    // What is named stays, and what is a sentence itself is said in the language too.
    [InlineData("A name has at most 200 characters.", "«A name has at most 200 characters.»")]
    [InlineData("'Tides' can't be requested: None of its APIs is there at the moment.", "«'Tides' can't be requested: «None of its APIs is there at the moment.»»")]
    [InlineData("The key was not made: the gateway refuses the key: no such policy. An admin can try again or revoke.", "«The key was not made: «the gateway refuses the key: no such policy». An admin can try again or revoke.»")]
    [InlineData("no product any more: it sets limits per API, which can't be combined with a plan", "«no product any more: «it sets limits per API, which can't be combined with a plan»»")]
    [InlineData("it would hide 10 of 30 plans, more than 5 %", "«it would hide 10 of 30 plans, more than 5 %»")]
    // Tyk's own words.
    [InlineData("Attempted administrative access with invalid or missing key!", "Attempted administrative access with invalid or missing key!")]
    [InlineData("An admin decides. Or two.", "An admin decides. Or two.")]
    public void What_a_service_says_is_said_in_the_language_of_the_page(string said, string shown) => Assert.Equal(shown, ServiceWords.Say(said, new Foreign()));

    [Fact]
    public void Each_sentence_is_written_in_a_service()
    {
        var written = string.Join('\n', Sources().Select(File.ReadAllText).Append(string.Join('\n', Refusals().Select(refusal => $"\"{refusal.Said}\""))));

        string[] lost = [.. ServiceWords.Sentences.Where(sentence => !Regex.IsMatch(written, $"\"{Regex.Replace(Regex.Escape(sentence), @"\\\{\d\}", @"\{.+?\}")}\""))];

        Assert.Equal([], lost);
    }

    [Fact]
    public void Each_refusal_that_a_page_can_meet_has_words()
    {
        var foreign = new Foreign();
        string[] said = [.. Refusals().Where(refusal => !ProblemTexts.Say(new Problem(400, refusal.Code, Hole().Replace(refusal.Said, "7")), foreign).StartsWith('«')).Select(refusal => Hole().Replace(refusal.Said, "{}")).Distinct().Order(StringComparer.Ordinal)];

        Assert.Equal(OnlyToCallers.Order(StringComparer.Ordinal), said);
    }

    /// <summary>Sync says them once, and they stay with what it hid or left as it was.</summary>
    [Theory]
    [InlineData("services/tyk-sync/Runs/PlanRun.cs")]
    [InlineData("services/tyk-sync/Objects/KnownApi.cs")]
    [InlineData("services/tyk-sync/Objects/KnownPolicy.cs")]
    [InlineData("services/catalog/Products/AssessProduct.cs")]
    [InlineData("services/catalog/Plans/AssessPlan.cs")]
    [InlineData("Tyk/ClassifyPolicy.cs")]
    public void Each_reason_of_sync_has_words(string file)
    {
        var code = string.Join('\n', File.ReadLines(Repository.Path(file)).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)));
        var reasons = Literal().Matches(code).Select(literal => Hole().Replace(literal.Value.TrimStart('$')[1..^1], "7")).Where(said => Words().IsMatch(said)).ToArray();

        Assert.NotEmpty(reasons);
        Assert.Equal([], reasons.Where(said => ServiceWords.Find(said, new Foreign()) is null));
    }

    /// <summary>No form or link of a page leads to these.</summary>
    static readonly string[] OnlyToCallers =
    [
        "A state is one of {}.",
        "An Idempotency-Key has at most {} characters.",
        "At most {} ids at once.",
        "Only who made a request withdraws it. Reject it instead.",
        "Personal access tokens are made by somebody who is signed in, not with another token.",
        "Send the ETag that you read as If-Match, so that you decide about what you saw.",
        "Sort by newest or oldest.",
        "The body's charset is not known here. Send JSON in UTF-8.",
        "The only view that can be asked for is 'admin'.",
        "This personal access token has no scope 'write'.",
        "This view is for admins.",
    ];

    /// <summary>What services refuse with, as it stands in the sources. The pages of identity have texts of their own.</summary>
    static IEnumerable<(string Code, string Said)> Refusals()
    {
        foreach (var source in Sources().Where(file => !file.Contains("/identity/SignIn/", StringComparison.Ordinal)).Select(File.ReadAllText))
        {
            foreach (Match unknown in Unknown().Matches(source)) yield return ("unknown", $"There is no such {unknown.Groups[1].Value}.");
            foreach (Match refusal in Refusal().Matches(source))
            {
                var code = "";
                foreach (Match literal in Literal().Matches(refusal.Value))
                {
                    var text = literal.Value.TrimStart('$')[1..^1];
                    if (!text.Contains(' ', StringComparison.Ordinal)) code = text;
                    else if (text.EndsWith('.')) yield return (code, text);
                }
            }
        }
    }

    static IEnumerable<string> Sources() => new[] { "services", "ServiceDefaults", "Eventing", "Tyk" }
        .SelectMany(folder => Directory.EnumerateFiles(Repository.Path(folder), "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    [GeneratedRegex("""Unknown\(\$?"[^"]*", "([^"]+)["]""")]
    private static partial Regex Unknown();

    /// <summary>To the end of the statement.</summary>
    [GeneratedRegex("""(?:Refusal\.(?:Invalid|Conflict|Forbidden)|new Refusal)\((?:[^;"]|"(?:[^"\\]|\\.)*")*;""")]
    private static partial Regex Refusal();

    [GeneratedRegex("""\$"(?:[^"{}\\]|\\.|\{(?:[^{}"]|"[^"]*")*\})*"|"(?:[^"\\]|\\.)*["]""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\{.+?\}")]
    private static partial Regex Hole();

    [GeneratedRegex("[a-z] [a-z]")]
    private static partial Regex Words();

    /// <summary>A language in which everything stands in quotes.</summary>
    sealed class Foreign : IStringLocalizer<Texts>
    {
        public LocalizedString this[string name] => new(name, $"«{name}»");

        public LocalizedString this[string name, params object[] arguments] => new(name, $"«{string.Format(null, name, arguments)}»");

        public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) => [];
    }
}
