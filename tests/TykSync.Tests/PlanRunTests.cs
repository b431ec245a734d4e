using DevPortal.Contracts.TykSync;
using DevPortal.Tyk;
using DevPortal.TykSync.Objects;
using DevPortal.TykSync.Runs;
using Xunit;
using static DevPortal.TykSync.Tests.World;

namespace DevPortal.TykSync.Tests;

public class PlanRunTests
{
    static readonly object Acl = new { acl = true };

    static T Only<T>(RunPlan plan) => Assert.IsType<T>(Assert.Single(plan.Changes.Concat(plan.Hides)).Event);

    static object[] Products(int count, int from = 0) => [.. Enumerable.Range(from, count).Select(n => Product($"p{n:000}"))];

    [Fact]
    public void Products_plans_and_apis_are_imported()
    {
        var plan = Plan(Nothing, Content(Product("p", "a"), World.Plan("gold", 7), Api("a")));

        var product = plan.Changes.Select(change => change.Event).OfType<PolicyImported>().Single(one => one.Policy.Kind == PolicyKind.Product).Policy;
        var gold = plan.Changes.Select(change => change.Event).OfType<PolicyImported>().Single(one => one.Policy.Kind == PolicyKind.Plan).Policy;
        var api = plan.Changes.Select(change => change.Event).OfType<ApiImported>().Single().Api;
        Assert.Equal(("tyk", "o", "p", "Name of p", (string?)null), (product.Source, product.OrgId, product.PolicyId, product.Name, product.HiddenBecause));
        Assert.Equal(["a"], product.ApiIds);
        Assert.Null(product.Limits);
        Assert.Equal(new Contracts.TykSync.Limits(7, 60, null, null), gold.Limits);
        Assert.Empty(gold.ApiIds);
        Assert.Equal(("a", "/a/", "http://public"), (api.ApiId, api.ListenPath, api.PublicUrl));
        Assert.Equal(["authToken"], api.Authentication);
        Assert.All(plan.Changes, change => Assert.Equal(0, change.Version));
        Assert.Equal((2, 1, 3), (plan.Counts.Policies, plan.Counts.Apis, plan.Counts.Imported));
    }

    [Fact]
    public void The_same_again_does_nothing()
    {
        object[] things = [Product("p", "a"), World.Plan("gold"), Api("a"), Policy("off", Acl, inactive: true), Policy("mono", new { })];

        var again = Plan(KnownAfter(things), Content(things));

        Assert.Empty(again.Changes);
        Assert.Empty(again.Hides);
        Assert.Equal(4, again.Counts.Unchanged);
    }

    [Fact]
    public void Order_of_members_and_tags_is_no_change()
    {
        var known = KnownAfter(Policy("p", Acl, tags: ["a", "b"]));
        var reordered = Assert.IsType<ReadResult<TykPolicy>.Read>(TykPolicy.Parse(
            """{"tags":["b","a"], "access_rights":{},"is_inactive":false,"per":60,"rate":5,"partitions":{"acl":true},"org_id":"o","name":"Name of p","id":"p"}""")).Value;

        Assert.Empty(Plan(known, Content(reordered)).Changes);
    }

    [Fact]
    public void A_change_is_told_field_by_field()
    {
        var changed = Only<PolicyChanged>(Plan(KnownAfter(World.Plan("gold", 5)), Content(Policy("gold", new { rate_limit = true, quota = true }, 9, name: "Gold"))));

        Assert.Equal(["name", "limits", "content"], changed.Changes.Select(change => change.Field));
        Assert.Equal(("Name of gold", "Gold"), (changed.Changes[0].Before, changed.Changes[0].After));
        Assert.Equal(9, changed.Policy.Limits!.Rate);
        Assert.Contains("\"Gold\"", changed.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_that_the_portal_does_not_know_is_kept_as_a_change_of_content()
    {
        var with = Assert.IsType<ReadResult<TykPolicy>.Read>(TykPolicy.Parse(
            """{"id":"p","org_id":"o","name":"Name of p","partitions":{"acl":true},"rate":5,"per":60,"is_inactive":false,"tags":null,"access_rights":{},"new_at_tyk":1}""")).Value;

        var changed = Only<PolicyChanged>(Plan(KnownAfter(Product("p")), Content(with)));

        Assert.Equal("content", Assert.Single(changed.Changes).Field);
        Assert.Equal(with.Raw, changed.Raw);
    }

    [Fact]
    public void What_vanished_is_hidden_and_keeps_all_that_was_known()
    {
        var known = KnownAfter(Product("p", "a"), Product("q"), Api("a"));

        var hidden = Only<PolicyHidden>(Plan(known, Content(Product("q"), Api("a"))));

        Assert.Equal("vanished from the source", hidden.Policy.HiddenBecause);
        Assert.Equal(["a"], hidden.Policy.ApiIds);
    }

    [Fact]
    public void What_is_hidden_already_is_not_hidden_again()
    {
        var known = KnownAfter(Product("p"));
        known = After(known, Plan(known, Content()));

        Assert.Empty(Plan(known, Content()).Hides);
        Assert.Empty(Plan(known, Content()).Changes);
    }

    [Fact]
    public void What_returns_is_shown_again_as_it_is_now()
    {
        var known = KnownAfter(Product("p", "a"), Api("a"));
        known = After(known, Plan(known, Content()));

        var plan = Plan(known, Content(Policy("p", Acl, name: "New", apis: "a"), Api("a")));

        var returned = plan.Changes.Select(change => change.Event).OfType<PolicyReturned>().Single();
        Assert.Equal(("New", (string?)null), (returned.Policy.Name, returned.Policy.HiddenBecause));
        Assert.Single(plan.Changes.Select(change => change.Event).OfType<ApiReturned>());
        Assert.All(plan.Changes, change => Assert.Equal(2, change.Version));
    }

    [Fact]
    public void A_policy_switched_off_at_tyk_is_hidden_with_the_reason()
    {
        var hidden = Only<PolicyHidden>(Plan(KnownAfter(Product("p")), Content(Policy("p", Acl, inactive: true))));

        Assert.Equal("switched off at Tyk: is_inactive is set", hidden.Policy.HiddenBecause);
    }

    [Fact]
    public void An_inactive_api_is_hidden() =>
        Assert.Equal("switched off at Tyk", Only<ApiHidden>(Plan(KnownAfter(Api("a")), Content(Api("a", active: false)))).Api.HiddenBecause);

    [Fact]
    public void A_policy_that_fits_neither_rule_is_reported_and_not_imported()
    {
        var plan = Plan(Nothing, Content(Policy("mono", new { }), Policy("mix", new { acl = true, quota = true })));

        Assert.Empty(plan.Changes);
        Assert.Equal(["mix", "mono"], plan.Lines.Where(line => line.Action == LineAction.NotImported).Select(line => line.Id));
        Assert.All(plan.Lines, line => Assert.NotEmpty(line.Detail!));
    }

    [Fact]
    public void A_product_that_became_neither_is_hidden_with_the_reason() =>
        Assert.StartsWith("no product any more", Only<PolicyHidden>(Plan(KnownAfter(Product("p")), Content(Policy("p", new { })))).Policy.HiddenBecause, StringComparison.Ordinal);

    [Fact]
    public void A_product_that_became_a_plan_is_hidden_and_stays_a_product()
    {
        var known = KnownAfter(Product("p"));
        var plan = Plan(known, Content(World.Plan("p")));

        var hidden = Only<PolicyHidden>(plan);
        Assert.Equal(PolicyKind.Product, hidden.Policy.Kind);
        Assert.Contains("became a plan", hidden.Policy.HiddenBecause, StringComparison.Ordinal);
        Assert.Empty(Plan(After(known, plan), Content(World.Plan("p"))).Changes);
    }

    [Fact]
    public void Policies_and_apis_of_other_organisations_or_none_are_reported()
    {
        var plan = Plan(Nothing, Content(Policy("x", Acl, org: "other"), Policy("y", Acl, org: null), Api("a", org: "other"), Api("b", org: null)));

        Assert.Empty(plan.Changes);
        Assert.Equal(4, plan.Counts.NotImported);
        Assert.Contains(plan.Lines, line => line.Id == "x" && line.Detail!.Contains("another organisation", StringComparison.Ordinal));
        Assert.Contains(plan.Lines, line => line.Id == "y" && line.Detail!.Contains("set org_id", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_id_in_another_organisation_hides_nothing_of_ours()
    {
        var plan = Plan(KnownAfter(Product("p")), Content(Product("p"), Policy("p", new { quota = true }, org: "other")));

        Assert.Empty(plan.Changes.Concat(plan.Hides));
    }

    [Fact]
    public void A_product_that_opens_an_unknown_api_carries_a_warning()
    {
        var imported = Only<PolicyImported>(Plan(Nothing, Content(Product("p", "ghost"))));

        Assert.Equal(["it opens API ghost, which is not there"], imported.Policy.Warnings);
        Assert.Equal(["it opens no API"], Only<PolicyImported>(Plan(Nothing, Content(Product("q")))).Policy.Warnings);
    }

    [Fact]
    public void A_plan_carries_no_warning_about_apis() =>
        Assert.Empty(Only<PolicyImported>(Plan(Nothing, Content(Policy("g", new { quota = true }, apis: "ghost")))).Policy.Warnings);

    [Fact]
    public void While_a_file_is_broken_nothing_of_its_kind_is_hidden_for_being_absent()
    {
        var known = KnownAfter(Product("p"), Product("q"), Api("a"));

        var plan = Plan(known, Content(Product("q"), new ReadError(ContentKind.Policy, "policy-p.json", "no valid JSON")));

        Assert.Empty(plan.Hides.Select(hide => hide.Event).OfType<PolicyHidden>());
        Assert.Single(plan.Hides.Select(hide => hide.Event).OfType<ApiHidden>());
        Assert.Equal("p", plan.Lines.Single(line => line.Action == LineAction.Kept).Id);
        Assert.Equal(1, plan.Counts.Errors);
    }

    [Theory]
    [InlineData(10, 1, false)]
    [InlineData(10, 2, false)]
    [InlineData(10, 3, true)]
    [InlineData(60, 3, false)]
    [InlineData(59, 3, true)]
    [InlineData(3, 3, true)]
    [InlineData(1000, 20, false)]
    [InlineData(1000, 21, true)]
    public void Many_hides_ask_first(int all, int vanished, bool asks)
    {
        var plan = Plan(KnownAfter(Products(all)), Content(Products(all - vanished, from: vanished)));

        Assert.Equal(asks, plan.AsksBecause is not null);
        Assert.Equal(vanished, plan.Hides.Count);
        Assert.Equal(asks ? (0, vanished) : (vanished, 0), (plan.Counts.Hidden, plan.Counts.ToHide));
    }

    [Fact]
    public void The_share_is_that_of_the_kind_and_of_what_is_shown()
    {
        var known = KnownAfter([.. Products(100), World.Plan("a"), World.Plan("b"), World.Plan("c")]);

        Assert.Equal("it would hide 3 of 3 plans, more than 5 %", Plan(known, Content(Products(100))).AsksBecause);
    }

    [Fact]
    public void Hides_of_all_kinds_count_together()
    {
        object[] all = [.. Products(500), .. Enumerable.Range(0, 500).Select(n => Api($"a{n:000}"))];
        object[] left = [.. Products(489, from: 11), .. Enumerable.Range(10, 490).Select(n => Api($"a{n:000}"))];

        Assert.Equal("it would hide 21 objects, more than 20 at once", Plan(KnownAfter(all), Content(left)).AsksBecause);
    }

    [Fact]
    public void Switching_off_counts_as_hiding() =>
        Assert.NotNull(Plan(KnownAfter(Products(3)), Content([.. Enumerable.Range(0, 3).Select(n => (object)Policy($"p{n:000}", Acl, inactive: true))])).AsksBecause);

    [Fact]
    public void While_it_asks_everything_else_is_done()
    {
        var known = KnownAfter(Products(10));
        var read = Content([.. Products(5, from: 5), Product("new")]);
        var plan = Plan(known, read);
        var after = After(known, plan);

        Assert.NotNull(plan.AsksBecause);
        Assert.Single(plan.Changes);
        Assert.Equal(11, after.Policies.Values.Count(policy => policy.Facts.HiddenBecause is null));
        Assert.Empty(Plan(after, read).Changes);
        Assert.Equal(plan.Hidings, Plan(after, read).Hidings);
    }

    [Fact]
    public void A_gateway_that_is_just_starting_and_lists_nothing_hides_nothing() =>
        Assert.NotNull(Plan(KnownAfter(Products(4)), Content()).AsksBecause);

    [Theory]
    [InlineData("o", "x y", "o", false)]
    [InlineData(null, "x", "x", false)]
    [InlineData(null, "", null, false)]
    [InlineData(null, "x y", null, true)]
    public void A_source_is_one_organisation(string? configured, string found, string? expected, bool problem)
    {
        var content = Content([.. found.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(org => (object)Policy("p", Acl, org: org))]);

        var (org, why) = PlanRun.Organisation(configured, content);

        Assert.Equal(expected, org);
        Assert.Equal(problem, why is not null);
    }

    [Fact]
    public void Random_worlds_converge_in_one_run_and_lose_nothing()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var known = Nothing;
            for (var step = 0; step < 8; step++)
            {
                var read = RandomWorld(random);
                var plan = Plan(known, read);
                var after = After(known, plan, confirmed: true);

                var again = Plan(after, read);
                Assert.True(again.Changes.Count + again.Hides.Count == 0, $"seed {seed} step {step}: a second run would do {again.Changes.Count + again.Hides.Count} things");
                Assert.True(known.Policies.Keys.All(after.Policies.ContainsKey) && known.Apis.Keys.All(after.Apis.ContainsKey), $"seed {seed} step {step}: something was lost");
                Assert.Equal(ShownIn(read), Shown(after));
                Assert.Equal(plan.Counts.Imported + plan.Counts.Changed + plan.Counts.Returned, plan.Changes.Count);

                var partly = After(known, plan);
                var second = Plan(partly, read);
                Assert.Empty(second.Changes);
                Assert.Equal(plan.AsksBecause is null ? 0 : plan.Hides.Count, second.Hides.Count);
                known = random.Next(2) == 0 ? partly : after;
            }
        }
    }

    static TykContent RandomWorld(Random random)
    {
        var things = new List<object>();
        for (var n = 0; n < 8; n++)
        {
            if (random.Next(4) == 0) continue;
            object partitions = random.Next(6) switch { 0 => new { }, 1 => new { quota = true }, 2 => new { acl = true, quota = true }, _ => new { acl = true } };
            things.Add(Policy($"p{n}", partitions, random.Next(1, 3), random.Next(8) == 0 ? "other" : OurOrg, $"n{random.Next(2)}", random.Next(6) == 0, null, $"a{random.Next(4)}"));
        }

        for (var n = 0; n < 5; n++)
            if (random.Next(4) != 0) things.Add(Api($"a{n}", random.Next(10) == 0 ? null : OurOrg, random.Next(6) != 0, $"n{random.Next(2)}"));
        return Content([.. things]);
    }

    // A policy whose id was a product once stays one, so of policies only those of a kind that was never another are certain.
    static string[] ShownIn(TykContent read) => [.. read.Apis.Where(api => api is { OrgId: OurOrg, IsActive: true }).Select(api => api.Id).Order()];

    static string[] Shown(Known known) => [.. known.Apis.Values.Where(api => api.Facts.HiddenBecause is null).Select(api => api.Facts.ApiId).Order()];

    [Fact]
    public void Ten_thousand_policies_are_compared_in_a_moment()
    {
        var things = Products(10_000);
        var known = KnownAfter(things);
        var content = Content(things);
        var started = TimeProvider.System.GetTimestamp();

        Assert.Equal(10_000, Plan(known, content).Counts.Unchanged);

        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }
}
