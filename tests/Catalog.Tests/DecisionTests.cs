using DevPortal.Catalog.Catalogs;
using DevPortal.Catalog.People;
using DevPortal.Catalog.Plans;
using DevPortal.Catalog.Products;
using DevPortal.Catalog.Shelf;
using DevPortal.Catalog.Tyk;
using DevPortal.Contracts.Catalog;
using DevPortal.Contracts.Identity;
using DevPortal.Contracts.TykSync;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Xunit;

namespace DevPortal.Catalog.Tests;

/// <summary>What admins may write, and what their writing records.</summary>
public sealed class DecisionTests
{
    static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
    static readonly CurrentUser Admin = new(Guid.NewGuid(), UserRole.Admin, Guid.NewGuid(), [], null);
    static readonly KnownPolicy Policy = new(Guid.NewGuid(), Guid.NewGuid(), 1, PolicyKind.Product, "tyk", "org", "policy", "acl", null, [], null, 0, []);
    static readonly Product Product = new(Guid.NewGuid(), 1, null, AssessProduct.Judge(Policy, [], null));

    [Fact]
    public void A_description_records_who_and_when_and_the_same_again_nothing()
    {
        var input = new DescribeProduct.Input(" Weather ", true, " ", "# Hello\n", ["maps ", "Maps", "rain"]);
        var described = DescribeProduct.Decide(Product, input, Admin, Now);

        Assert.Equal((Product.Id, Admin.Id, Now), (described!.ProductId, described.By, described.OccurredAt));
        Assert.Equal(("Weather", null, "# Hello\n", true), (described.Text.Title, described.Text.Summary, described.Text.Description, described.Text.Published));
        Assert.Equal(["maps", "rain"], described.Text.Tags);
        Assert.Null(DescribeProduct.Decide(Product with { Text = described.Text }, input, Admin, Now));
    }

    [Theory]
    [InlineData("title", " ", null, null, null)]
    [InlineData("title", "two\nlines", null, null, null)]
    [InlineData("summary", "Weather", "a\0b", null, null)]
    [InlineData("description", "Weather", null, "a\0b", null)]
    [InlineData("tags[0]", "Weather", null, null, " ")]
    [InlineData("tags[0]", "Weather", null, null, "12345678901234567890123456789012345678901")]
    public void Texts_that_nobody_could_read_are_refused_naming_the_field(string field, string title, string? summary, string? description, string? tag)
    {
        var refusal = DescribeProduct.Refuse(new DescribeProduct.Input(title, true, summary, description, tag is null ? null : [tag]));
        Assert.Equal((422, field), (refusal?.Status, refusal?.Field));
    }

    [Fact]
    public void A_plan_is_described_once()
    {
        var plan = new Plan(Guid.NewGuid(), 1, null, AssessPlan.Judge(Policy with { Kind = PolicyKind.Plan, Limits = new Limits(5, 60, null, null), KeyExpiresIn = 60 }, null));
        var input = new DescribePlan.Input("Bronze", "free");
        var described = DescribePlan.Decide(plan, input, Admin, Now);

        Assert.Equal(("Bronze", "free", Admin.Id, Now), (described!.Text.Title, described.Text.Price, described.By, described.OccurredAt));
        Assert.Null(DescribePlan.Decide(plan with { Text = described.Text }, input, Admin, Now));
        Assert.Equal((5d, 60L), (plan.Now.Limits.Rate, plan.Now.KeyLifetime));
        Assert.Equal("price", DescribePlan.Refuse(input with { Price = "a\nb" })?.Field);
    }

    [Fact]
    public void A_catalog_names_only_what_there_is()
    {
        var (product, plan, other) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var found = new References(new HashSet<Guid> { product }, new HashSet<Guid> { plan }, SlugOf: other);
        var input = new CreateCatalog.Input("Public", CatalogVisibility.Public, null, [product], [plan]);

        Refused(CreateCatalog.Refuse(input with { ProductIds = [product, plan] }, found), 422, "unknown-product", "productIds[1]");
        Refused(CreateCatalog.Refuse(input with { PlanIds = [product] }, found), 422, "unknown-plan", "planIds[0]");
        Refused(CreateCatalog.Refuse(input with { Name = "\t" }, found), 422, "blank", "name");
        Refused(CreateCatalog.Refuse(input with { Slug = "open" }, found), 409, "slug-taken", "slug");
        Assert.Null(ArrangeCatalog.Refuse(new Catalogs.Catalog(other, 1, Content()), input with { Slug = "open" }, found));
    }

    [Fact]
    public void A_new_catalog_has_no_audience_and_arranging_keeps_the_one_it_has()
    {
        var input = new CreateCatalog.Input("Public", CatalogVisibility.Private, null, [Product.Id, Product.Id]);
        var created = CreateCatalog.Decide(input, Admin, Now);
        Assert.Equal((Admin.Id, Now), (created.By, created.OccurredAt));
        Assert.Empty(created.Now.Audience);
        Assert.Equal([Product.Id], created.Now.ProductIds);

        var team = Guid.NewGuid();
        var catalog = new Catalogs.Catalog(created.CatalogId, 1, created.Now with { Audience = [team] });
        Assert.Equal([team], ArrangeCatalog.Decide(catalog, input with { Name = "New" }, Admin, Now)!.Now.Audience);
        Assert.Null(ArrangeCatalog.Decide(catalog, input, Admin, Now));
    }

    [Fact]
    public void An_audience_is_of_teams_that_live()
    {
        var (team, gone) = (Guid.NewGuid(), Guid.NewGuid());
        KnownTeam[] known = [new(team, 1, false), new(gone, 2, true)];
        var catalog = new Catalogs.Catalog(Guid.NewGuid(), 1, Content());

        Refused(ChooseAudience.Refuse(new([team, gone]), known), 422, "unknown-team", "teamIds[1]");
        Assert.Null(ChooseAudience.Refuse(new([team]), known));
        Assert.Equal([team], ChooseAudience.Decide(catalog, new([team, team]), Admin, Now)!.Now.Audience);
        Assert.Null(ChooseAudience.Decide(catalog, new([]), Admin, Now));
    }

    [Theory]
    [InlineData("weather  map's", "weather:* & map:* & s:*")]
    [InlineData("!!! & |", null)]
    [InlineData(null, null)]
    public void What_is_typed_never_becomes_search_syntax(string? typed, string? search) => Assert.Equal(search, SearchText.Of(typed));

    [Fact]
    public void A_sort_key_is_one_short_line_of_whole_characters() =>
        Assert.Equal(new string('x', 99) + "\U0001F642", SortKey.Of(new string('X', 99) + "\U0001F642\nrest"));

    [Fact]
    public void Facts_fold_by_the_version_at_their_source()
    {
        var thing = TykThing.New("Weather");
        var known = KnownPolicy.Create(thing.Product(version: 3, name: "new"));
        Assert.Equal("new", known.Apply(thing.Product(version: 2, name: "old")).Name);
        Assert.Equal("newer", known.Apply(thing.Product(version: 4, name: "newer")).Name);
    }

    static CatalogContent Content() => new("Public", null, CatalogVisibility.Public, [], [], []);

    static void Refused(Refusal? refusal, int status, string code, string field) => Assert.Equal((status, code, field), (refusal?.Status, refusal?.Code, refusal?.Field));
}
