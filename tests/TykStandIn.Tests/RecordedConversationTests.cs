using DevPortal.TykStandIn.Tests.Recordings;
using Xunit;

namespace DevPortal.TykStandIn.Tests;

/// <summary>The stand-in is right when it answers every recorded step as the real gateway did.</summary>
public sealed class RecordedConversationTests
{
    public static TheoryData<string, string> Scenarios { get; } =
        [.. ((string[])["hashed", "unlisted", "unhashed", "sha256"]).SelectMany(p => Scenario.Files(p).Select(n => new TheoryDataRow<string, string>(p, n)))];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Answers_every_step_as_Tyk_did(string profile, string scenario)
    {
        var clock = new MovableClock();
        await using var standIn = await StandIn.StartAsync(
            new()
            {
                Secret = "of-the-recordings",
                Unlisted = profile == "unlisted",
                Unhashed = profile == "unhashed",
                Hash = profile == "sha256" ? HashFunction.Sha256 : HashFunction.Murmur64,
            },
            clock);

        var differences = await new Scenario(Scenario.Read(profile, scenario), standIn, clock).Play(TestContext.Current.CancellationToken);

        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences));
    }

    [Fact]
    public void All_recordings_are_there()
    {
        Assert.Equal(12, Scenario.Files("hashed").Count());
        Assert.Single(Scenario.Files("unlisted"));
    }
}
