using System.Text.Json;
using System.Text.Json.Nodes;
using DevPortal.TykStandIn.Tests.Recordings;
using Xunit;

namespace DevPortal.TykStandIn.Tests;

/// <summary>The merge alone, without HTTP, by the previews that were recorded.</summary>
public sealed class PolicyMergeTests
{
    static readonly JsonArray Steps = Scenario.Read("hashed", "06-merge")["steps"]!.AsArray();

    static readonly List<Policy> Policies =
        [.. Steps.Where(s => (string?)s!["path"] == "/tyk/policies").Select(s => TykJson.Read<Policy>(s!["body"]!.ToJsonString())!)];

    public static TheoryData<string> Previews { get; } =
        [.. Steps.Where(s => (string?)s!["path"] == "/tyk/keys/preview").Select(s => (string)s!["why"]!)];

    [Theory]
    [MemberData(nameof(Previews))]
    public void Policies_together_give_what_Tyk_gave(string policies)
    {
        var step = Steps.Single(s => (string?)s!["why"] == policies)!;
        var session = TykJson.Read<Session>(step["body"]!.ToJsonString())!;

        PolicyMerge.Apply(session, (organisation, id) => Policies.SingleOrDefault(p => p.OrgId == organisation && p.Id == id));

        var (wanted, got) = (step["answer"]!["json"]!.DeepClone().AsObject(), JsonSerializer.SerializeToNode(session, TykJson.Options)!.AsObject());
        foreach (var stamp in (string[])["date_created", "last_updated"])
        {
            wanted.Remove(stamp);
            got.Remove(stamp);
        }

        Assert.Empty(Comparison.Differences(wanted, got));
    }
}
