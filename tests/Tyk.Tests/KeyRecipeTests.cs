using System.Text.Json;
using DevPortal.Tyk;
using Xunit;

namespace DevPortal.Tests.Tyk;

public class KeyRecipeTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private static readonly KeyOwner Owner = new("portal-1", "cred-5", "7", "user-9", "3", ["team-1", "team-2"]);

    private static KeyRecipe Recipe(DateTimeOffset? expires = null) => new(["pa", "pb"], "plan", "o", Owner, expires);

    private static TykPolicy Policy(string json) => Assert.IsType<ReadResult<TykPolicy>.Read>(TykPolicy.Parse(json)).Value;

    private static List<TykPolicy> AtGateway() =>
    [
        Policy("""{"id":"pa","org_id":"o","partitions":{"acl":true},"rate":1,"per":1,"access_rights":{"a":{"versions":["Default"]}}}"""),
        Policy("""{"id":"pb","org_id":"o","partitions":{"acl":true},"access_rights":{"b":{"versions":["v1","v2"]}}}"""),
        Policy("""{"id":"plan","org_id":"o","partitions":{"quota":true,"rate_limit":true},"rate":100,"per":60,"quota_max":1000,"quota_renewal_rate":3600,"access_rights":{"ignored":{}}}"""),
        Policy("""{"id":"plan","org_id":"other","partitions":{"quota":true},"quota_max":1}"""),
    ];

    private const string Limit = "\"rate\":100,\"per\":60,\"quota_max\":1000,\"quota_renews\":1,\"quota_remaining\":999,\"quota_renewal_rate\":3600";

    private static readonly string Good = """
        {#limit#,"org_id":"o","apply_policies":["pa","pb","plan"],
         "access_rights":{"a":{"versions":["Default"],"limit":{#limit#},"allowance_scope":"pa"},"b":{"versions":["v1","v2"],"limit":{#limit#}}},
         "meta_data":{"PortalID":"portal-1","CredentialID":"cred-5","tier":"gold"},"tags":["app-7"],"date_created":"2026-01-01T00:00:00Z"}
        """.Replace("#limit#", Limit, StringComparison.Ordinal);

    private static IReadOnlyList<KeyDifference> Compare(string session, KeyRecipe? recipe = null, List<TykPolicy>? policies = null) =>
        ReadBack.Compare(KeySession.Parse(JsonDocument.Parse(session).RootElement)!, recipe ?? Recipe(), policies ?? AtGateway(), Now);

    private static string[] Codes(IReadOnlyList<KeyDifference> differences) => [.. differences.Select(difference => difference.Code).Distinct().Order()];

    [Fact]
    public void The_key_names_products_then_plan_organisation_tags_meta_data_and_expiry_and_no_limits()
    {
        var json = JsonDocument.Parse(Recipe(Now.AddHours(1)).ToKey(Now).ToJson()).RootElement;

        Assert.Equal(["apply_policies", "expires", "meta_data", "org_id", "tags"], json.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(["pa", "pb", "plan"], json.GetProperty("apply_policies").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal("o", json.GetProperty("org_id").GetString());
        Assert.Equal(["app-7", "org-3"], json.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal(1_800_003_600, json.GetProperty("expires").GetInt64());
        Assert.Equal(
            """{"ApplicationID":"7","CredentialID":"cred-5","DeveloperID":"user-9","OrganisationID":"3","PortalID":"portal-1","TeamIDs":"team-1,team-2"}""",
            json.GetProperty("meta_data").GetRawText());
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData(-60, 1)]
    [InlineData(0, 1)]
    [InlineData(60, 1_800_000_060)]
    public void An_expiry_that_has_passed_is_sent_as_expired_at_once(int? seconds, long expected) =>
        Assert.Equal(expected, Recipe(seconds is { } s ? Now.AddSeconds(s) : null).ExpiresAt(Now));

    [Fact]
    public void A_key_without_a_product_can_not_be_written_down()
    {
        Assert.Throws<ArgumentException>(() => new KeyRecipe([], "plan", "o", Owner, null));
        Assert.Throws<ArgumentException>(() => new KeyRecipe(["pa", ""], "plan", "o", Owner, null));
        Assert.Throws<ArgumentException>(() => new KeyRecipe(["pa"], "plan", "", Owner, null));
        Assert.Throws<ArgumentException>(() => new KeyRecipe(["pa"], " ", "o", Owner, null));
    }

    [Fact]
    public void An_expired_and_powerless_key_opens_one_api_that_does_not_exist() =>
        Assert.Equal(
            """{"org_id":"o","access_rights":{"devportal-sentinel":{"api_id":"devportal-sentinel","api_name":"devportal-sentinel","versions":["Default"]}},"expires":1}""",
            KeySpec.ExpiredAndPowerless("o").ToJson());

    [Fact]
    public void When_all_policies_are_there_and_active_nothing_is_missing() => Assert.Empty(Recipe().MissingPolicies(AtGateway()));

    [Theory]
    [InlineData("""{"id":"plan","org_id":"o","is_inactive":true,"partitions":{"quota":true}}""", "inactive")]
    [InlineData("""{"id":"plan","org_id":"o","state":"draft","partitions":{"quota":true}}""", "inactive")]
    [InlineData("""{"id":"plan","org_id":"x","partitions":{"quota":true}}""", "another organisation")]
    [InlineData("""{"id":"plan","partitions":{"quota":true}}""", "another organisation")]
    [InlineData("""{"id":"plan","org_id":"o","partitions":{"acl":true}}""", "no plan any more")]
    [InlineData("""{"id":"plan","org_id":"o"}""", "no plan any more")]
    [InlineData("""{"id":"unrelated","org_id":"o"}""", "not at the gateway")]
    public void A_plan_that_is_not_there_as_approved_is_named_and_waited_for(string instead, string reason)
    {
        var missing = Assert.Single(Recipe().MissingPolicies([.. AtGateway().Where(policy => policy.Id != "plan"), Policy(instead)]));

        Assert.Equal("plan", missing.PolicyId);
        Assert.Contains(reason, missing.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_missing_product_is_named() =>
        Assert.Equal(["pa", "pb"], Recipe().MissingPolicies(AtGateway().FindAll(policy => policy.Id == "plan")).Select(missing => missing.PolicyId));

    [Fact]
    public void A_policys_own_lifetime_overrides_ours_at_create()
    {
        var withLifetime = AtGateway();
        withLifetime[0] = Policy("""{"id":"pa","org_id":"o","partitions":{"acl":true},"key_expires_in":3600}""");

        Assert.False(Recipe().ExpiryIsOverridden(AtGateway()));
        Assert.True(Recipe().ExpiryIsOverridden(withLifetime));
    }

    [Fact]
    public void A_key_as_the_recipe_says_has_no_differences() => Assert.Empty(Compare(Good));

    [Theory]
    [InlineData("\"apply_policies\":[\"pa\",\"pb\",\"plan\"]", "\"apply_policies\":[\"pa\",\"pb\"]", "policy-not-applied")]
    [InlineData("\"apply_policies\":[\"pa\",\"pb\",\"plan\"]", "\"apply_policies\":[\"pa\",\"pb\",\"plan\",\"more\"]", "policy-not-ours")]
    [InlineData("{\"rate\":100", "{\"rate\":200", "limits-differ")]
    [InlineData("\"limit\":{\"rate\":100,\"per\":60,\"quota_max\":1000", "\"limit\":{\"rate\":100,\"per\":60,\"quota_max\":2000", "limits-differ")]
    [InlineData("\"org_id\":\"o\"", "\"org_id\":\"x\"", "organisation-differs")]
    [InlineData("\"org_id\":\"o\"", "\"org_id\":\"o\",\"expires\":1800000500", "expiry-differs")]
    [InlineData("\"org_id\":\"o\"", "\"org_id\":\"o\",\"is_inactive\":true", "inactive")]
    [InlineData("portal-1", "portal-2", "owner-differs")]
    [InlineData("cred-5", "cred-6", "owner-differs")]
    [InlineData("\"a\":{\"versions\"", "\"c\":{\"versions\"", "api-missing,api-not-granted")]
    [InlineData("[\"v1\",\"v2\"]", "[\"v1\"]", "version-missing")]
    public void Each_difference_is_told(string what, string instead, string codes)
    {
        Assert.Contains(what, Good, StringComparison.Ordinal);

        Assert.Equal(codes, string.Join(',', Codes(Compare(Good.Replace(what, instead, StringComparison.Ordinal)))));
    }

    [Fact]
    public void A_key_without_any_limit_differs_from_its_plan()
    {
        // Recorded: what a create with a missing plan leaves behind (05, steps 14 and 15).
        const string unlimited = """
            {"date_created":"x","quota_renews":1,"access_rights":{"a":{"versions":["Default"],"limit":{"quota_renews":1}},"b":{"versions":["v1","v2"]}},
             "org_id":"o","apply_policies":["pa","pb","plan"],"meta_data":{"PortalID":"portal-1","CredentialID":"cred-5"}}
            """;

        Assert.Equal(["limits-differ"], Codes(Compare(unlimited)));
    }

    [Fact]
    public void A_product_that_vanished_is_missed_although_the_key_still_shows_its_rights() =>
        Assert.Equal(["policy-missing"], Codes(Compare(Good, policies: AtGateway().FindAll(policy => policy.Id != "pb"))));

    [Fact]
    public void A_product_that_is_inactive_is_missed()
    {
        var policies = AtGateway().FindAll(policy => policy.Id != "pb");
        policies.Add(Policy("""{"id":"pb","org_id":"o","is_inactive":true,"partitions":{"acl":true},"access_rights":{"b":{"versions":["v1","v2"]}}}"""));

        Assert.Equal(["policy-missing"], Codes(Compare(Good, policies: policies)));
    }

    [Fact]
    public void Limits_are_judged_by_the_plan_that_the_gateway_has_now()
    {
        var policies = AtGateway().FindAll(policy => policy.Id != "plan");
        policies.Add(Policy("""{"id":"plan","org_id":"o","partitions":{"quota":true,"rate_limit":true},"rate":100,"per":60,"quota_max":5,"quota_renewal_rate":3600}"""));

        Assert.Equal(["limits-differ"], Codes(Compare(Good, policies: policies)));
    }

    [Theory]
    [InlineData("\"rate\":-1,\"per\":-1,\"quota_max\":-1", "{\"rate\":-1,\"per\":-1,\"quota_max\":-1}")]
    [InlineData("\"date_created\":\"x\"", "null")]
    [InlineData("\"date_created\":\"x\"", "{}")]
    [InlineData("\"rate\":0", "{\"rate\":0,\"per\":0,\"quota_max\":0}")]
    public void An_unlimited_plan_is_met_by_every_way_to_say_unlimited(string root, string limit)
    {
        var policies = AtGateway().FindAll(policy => policy.Id == "pa");
        policies.Add(Policy("""{"id":"plan","org_id":"o","partitions":{"quota":true,"rate_limit":true},"rate":-1,"per":-1,"quota_max":-1,"quota_renewal_rate":-1}"""));

        var session = $$$"""
            {{{{root}}},"org_id":"o","apply_policies":["pa","plan"],"access_rights":{"a":{"versions":["Default"],"limit":{{{limit}}}}},
             "meta_data":{"PortalID":"portal-1","CredentialID":"cred-5"}}
            """;

        Assert.Empty(Compare(session, new KeyRecipe(["pa"], "plan", "o", Owner, null), policies));
    }

    [Fact]
    public void An_expired_grant_is_met_by_a_key_expired_at_once() =>
        Assert.Empty(Compare(Good.Replace("\"org_id\":\"o\"", "\"org_id\":\"o\",\"expires\":1", StringComparison.Ordinal), Recipe(Now.AddMinutes(-1))));
}
