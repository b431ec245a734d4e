using DevPortal.Catalog.Products;
using DevPortal.Catalog.Tyk;
using DevPortal.Contracts.TykSync;
using DevPortal.Eventing;
using Xunit;

namespace DevPortal.Catalog.Tests;

public sealed class AssessProductTests
{
    static readonly Guid Id = Guid.NewGuid();
    static readonly ProductText Published = new("Weather", null, null, [], Published: true);

    static KnownPolicy Policy(string? hidden = null, params string[] apis) =>
        new(KnownPolicy.StreamOf(Id), Id, 1, PolicyKind.Product, "tyk", "org", "policy", "weather-acl", hidden, apis, null, 0, ["odd"]);

    static KnownApi Api(string id, string[] authentication, string? hidden = null) =>
        new(DeterministicId.Of(id), 1, "tyk", "org", id, id, id, "/", null, authentication, hidden, null);

    [Fact]
    public void Apis_that_take_one_kind_of_key_make_a_product_that_can_be_requested()
    {
        var product = AssessProduct.Judge(Policy(null, "b", "a"), [Api("b", ["authToken"]), Api("a", ["authToken"])], Published);

        Assert.Null(product.NotRequestableBecause);
        Assert.Equal("authToken", product.Authentication);
        Assert.Equal([DeterministicId.Of("a"), DeterministicId.Of("b")], product.ApiIds);
        Assert.True(product.Shown);
        Assert.Equal(["odd"], product.Tyk.Warnings);
    }

    [Theory]
    [InlineData("It needs no credential", new[] { "keyless" })]
    [InlineData("a needs no credential, while others need one", new[] { "keyless" }, new[] { "authToken" })]
    [InlineData("different kinds of credentials: a an API key, b a JSON Web Token", new[] { "authToken" }, new[] { "jwt" })]
    [InlineData("It needs a JSON Web Token", new[] { "jwt" }, new[] { "jwt" })]
    [InlineData("more than one kind of credential at once: an API key and a client certificate", new[] { "authToken", "mutualTls" })]
    [InlineData("more than one kind of credential at once: none that is known", new string[0])]
    [InlineData("None of its APIs is there")]
    public void What_no_single_key_opens_is_not_requestable_and_says_why(string why, params string[][] authentications)
    {
        KnownApi[] apis = [.. authentications.Select((kinds, i) => Api("ab"[i].ToString(), kinds))];
        Assert.Contains(why, AssessProduct.Judge(Policy(null, "a", "b"), apis, Published).NotRequestableBecause, StringComparison.Ordinal);
    }

    [Fact]
    public void An_api_that_is_missing_or_hidden_is_a_warning_and_not_in_the_product()
    {
        var product = AssessProduct.Judge(Policy(null, "a", "ghost", "off"), [Api("a", ["authToken"]), Api("off", ["jwt"], "is not active")], Published);

        Assert.Null(product.NotRequestableBecause);
        Assert.Equal([DeterministicId.Of("a")], product.ApiIds);
        Assert.Equal(["odd", "The policy names the API ghost, which is not there.", "The API off is hidden: is not active"], product.Tyk.Warnings);
    }

    [Fact]
    public void A_hidden_policy_hides_the_product_and_keeps_what_the_portal_says()
    {
        var product = AssessProduct.Judge(Policy("vanished", "a"), [Api("a", ["authToken"])], Published);

        Assert.False(product.Shown);
        Assert.NotNull(product.NotRequestableBecause);
        Assert.Equal(("Weather", "vanished"), (product.Title, product.Tyk.HiddenBecause));
    }

    [Fact]
    public void A_product_without_texts_has_the_policys_name_and_is_not_shown()
    {
        var product = AssessProduct.Judge(Policy(null, "a"), [Api("a", ["authToken"])], text: null);
        Assert.Equal(("weather-acl", false), (product.Title, product.Shown));
    }

    [Fact]
    public void A_policy_that_became_a_plan_hides_the_product() =>
        Assert.Equal("At Tyk it is a plan now.", AssessProduct.Judge(Policy() with { Kind = PolicyKind.Plan }, [], Published).Tyk.HiddenBecause);

    [Fact]
    public void The_order_in_which_facts_are_read_changes_nothing()
    {
        KnownApi[] apis = [Api("a", ["authToken"]), Api("b", ["authToken"]), Api("c", ["jwt"], "off"), Api("d", ["jwt"], "off")];
        var policy = Policy(null, "a", "b", "c", "d", "e", "f");
        Assert.True(Same.As(AssessProduct.Judge(policy, apis, Published), AssessProduct.Judge(policy with { ApiIds = [.. policy.ApiIds.Reverse()] }, [.. apis.Reverse()], Published)));
    }
}
