using DevPortal.Tyk;
using Xunit;

namespace DevPortal.Tests.Tyk;

public class PolicyTests
{
    private static TykPolicy Policy(string json, string? fallback = null, string? forced = null) =>
        Assert.IsType<ReadResult<TykPolicy>.Read>(TykPolicy.Parse(json, fallback, forced)).Value;

    [Theory]
    [InlineData("""{"acl":true}""", "product")]
    [InlineData("""{"acl":true,"quota":false,"rate_limit":false,"complexity":false,"per_api":false}""", "product")]
    [InlineData("""{"rate_limit":true}""", "plan")]
    [InlineData("""{"quota":true}""", "plan")]
    [InlineData("""{"quota":true,"rate_limit":true}""", "plan")]
    [InlineData("{}", "no-partitions")]
    [InlineData("null", "no-partitions")]
    [InlineData("""{"acl":true,"quota":true}""", "acl-with-limits")]
    [InlineData("""{"acl":true,"rate_limit":true}""", "acl-with-limits")]
    [InlineData("""{"acl":true,"complexity":true}""", "complexity")]
    [InlineData("""{"quota":true,"complexity":true}""", "complexity")]
    [InlineData("""{"complexity":true}""", "complexity")]
    [InlineData("""{"per_api":true}""", "per-api")]
    [InlineData("""{"per_api":true,"acl":true}""", "per-api")]
    [InlineData("""{"per_api":true,"quota":true}""", "per-api")]
    public void Partitions_decide_what_a_policy_is(string partitions, string expected)
    {
        var policy = Policy($$"""{"id":"p","org_id":"o","partitions":{{partitions}}}""");

        var actual = ClassifyPolicy.Classify(policy) switch
        {
            PolicyClass.Product => "product",
            PolicyClass.Plan => "plan",
            PolicyClass.Neither(var code, _) => code,
            _ => "?",
        };

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void A_policy_without_any_partitions_member_is_neither() =>
        Assert.Equal("no-partitions", Assert.IsType<PolicyClass.Neither>(ClassifyPolicy.Classify(Policy("""{"id":"old"}"""))).Code);

    [Theory]
    [InlineData("""{"id":"a","_id":"b"}""", "file", null, "a")]
    [InlineData("""{"id":"","_id":"b"}""", "file", null, "b")]
    [InlineData("""{"id":null,"_id":""}""", "file", null, "file")]
    [InlineData("""{"id":"a","_id":"b"}""", "file", "map-key", "map-key")]
    public void The_id_is_the_maps_key_then_id_then_mongo_id_then_the_files_name(string json, string file, string? key, string expected) =>
        Assert.Equal(expected, Policy(json, file, key).Id);

    [Fact]
    public void Without_any_id_a_policy_is_broken() =>
        Assert.Contains("neither id", Assert.IsType<ReadResult<TykPolicy>.Broken>(TykPolicy.Parse("""{"name":"x"}""")).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("[]")]
    [InlineData("{oops")]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("""{"id":"p","name":"half \ud83d pair"}""")]
    [InlineData("""{"id":"p","access_rights":{"\uD83D":{}}}""")]
    public void What_is_no_policy_object_is_broken_and_throws_nothing(string text) =>
        Assert.IsType<ReadResult<TykPolicy>.Broken>(TykPolicy.Parse(text, "id"));

    [Theory]
    [InlineData("""{"rate":5,"per":60,"quota_max":100,"quota_renewal_rate":3600}""", 5.0, 60.0, 100L, 3600L)]
    [InlineData("""{"rate":2.5,"per":1.5,"quota_max":100.0,"quota_renewal_rate":3600.0}""", 2.5, 1.5, 100L, 3600L)]
    [InlineData("""{"rate":-1,"per":-1,"quota_max":-1,"quota_renewal_rate":-1}""", null, null, null, null)]
    [InlineData("""{"rate":0,"per":0,"quota_max":0,"quota_renewal_rate":3600}""", null, null, null, null)]
    [InlineData("""{"rate":5,"per":0,"quota_max":100,"quota_renewal_rate":-1}""", null, null, 100L, null)]
    [InlineData("""{"rate":null}""", null, null, null, null)]
    [InlineData("""{"rate":"7","per":"60"}""", 7.0, 60.0, null, null)]
    public void Unlimited_is_null_whatever_tyk_writes(string numbers, double? rate, double? per, long? quota, long? renewal) =>
        Assert.Equal(
            new Limits(rate, per, quota, renewal),
            Policy($$"""{"id":"p","partitions":{"rate_limit":true,"quota":true},{{numbers[1..]}}""").Limits);

    [Theory]
    [InlineData("""{"rate_limit":true}""", 5.0, null)]
    [InlineData("""{"quota":true}""", null, 100L)]
    [InlineData("""{"acl":true}""", null, null)]
    [InlineData("{}", 5.0, 100L)]
    public void Limits_count_only_where_their_partition_is_set(string partitions, double? rate, long? quota)
    {
        var limits = Policy($$"""{"id":"p","rate":5,"per":60,"quota_max":100,"quota_renewal_rate":10,"partitions":{{partitions}}}""").Limits;

        Assert.Equal((rate, quota), (limits.Rate, limits.Quota));
    }

    [Fact]
    public void Rights_are_the_union_of_map_and_array_and_the_maps_key_counts()
    {
        var policy = Policy("""
            {"id":"p",
             "access_rights":{"a":{"api_id":"2","api_name":"Two","versions":["v1"]},"n":null},
             "access_rights_array":[{"api_id":"b","versions":["Default"]},{"apiid":"c","apiname":"Sea"},{"api_id":"a"},{}]}
            """);

        Assert.Equal(["a", "b", "c", "n"], policy.Rights.Keys.Order());
        Assert.Equal(["v1"], policy.Rights["a"].Versions);
        Assert.Equal("Sea", policy.Rights["c"].ApiName);
    }

    [Theory]
    [InlineData("""{"id":"p"}""", true)]
    [InlineData("""{"id":"p","active":false}""", true)]
    [InlineData("""{"id":"p","state":"active"}""", true)]
    [InlineData("""{"id":"p","is_inactive":true}""", false)]
    [InlineData("""{"id":"p","state":"draft"}""", false)]
    [InlineData("""{"id":"p","state":"deny"}""", false)]
    public void Only_is_inactive_and_state_switch_a_policy_off(string json, bool active)
    {
        var policy = Policy(json);

        Assert.Equal(active, policy.IsActive);
        Assert.Equal(active, policy.WhyInactive is null);
    }

    [Fact]
    public void A_nul_is_taken_out_of_names_and_a_whole_surrogate_pair_stays()
    {
        var policy = Policy("""{"id":"p","name":"a\u0000b \ud83d\ude00","access_rights":{"x\u0000":{}}}""");

        Assert.Equal("ab 😀", policy.Name);
        Assert.Equal(["x"], policy.Rights.Keys);
    }

    [Fact]
    public void Unknown_fields_survive_byte_for_byte()
    {
        const string text = """{ "id":"p",  "z_unknown": {"b":1.50, "a":[ ] }, "name" : "Ümlaut" }""";

        Assert.Equal(text, Policy(text).Raw);
    }

    [Fact]
    public void Lifetime_and_post_expiry_are_read()
    {
        var policy = Policy("""{"id":"p","key_expires_in":2592000,"post_expiry_action":"delete","tags":null}""");

        Assert.Equal(TimeSpan.FromDays(30), policy.KeyExpiresIn);
        Assert.Equal("delete", policy.PostExpiryAction);
        Assert.Empty(policy.Tags);
        Assert.Null(Policy("""{"id":"p","key_expires_in":0}""").KeyExpiresIn);
    }
}
