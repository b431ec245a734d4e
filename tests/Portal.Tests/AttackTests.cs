using Microsoft.Playwright;
using Xunit;

namespace DevPortal.PortalTests;

/// <summary>Whatever people type stays text.</summary>
[Collection(OnTheWebsite.Name)]
public sealed class AttackTests(Website website)
{
    static readonly string[] Attacks =
    [
        "<script>window.hit=1</script>", "<img src=x onerror=window.hit=1>", "\"><svg onload=window.hit=1>", "'-window.hit=1-'", "</textarea><script>window.hit=1</script>",
        "</title><script>window.hit=1</script>", "{{constructor.constructor('window.hit=1')()}}", "javascript:window.hit=1", "@{ 1 } @@ <!-- -->",
    ];

    [Fact]
    public async Task Names_and_reasons_stay_text_on_every_page_that_shows_them()
    {
        await using var consumer = await website.VisitAsync();
        await consumer.SignInAsync(website.Consumer, "/apps/new");
        var attack = string.Concat(Attacks)[..95];
        await consumer.Page.GetByLabel("Name").FillAsync(attack);
        await consumer.Page.GetByLabel("What it does").FillAsync(string.Join('\n', Attacks));
        await consumer.ClickAsync("Make the app");
        await Assertions.Expect(consumer.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(attack);
        var id = await consumer.AskAsync(website.Consumer, "Weather forecasts", string.Join('\n', Attacks), signIn: false);
        await Assertions.Expect(consumer.Page.Locator("dd.typed")).ToContainTextAsync(Attacks[0]);
        var request = new Uri(consumer.Page.Url).AbsolutePath;
        foreach (var path in new[] { "/apps", "/requests", request }) await consumer.UnhurtAsync(path);

        await using var admin = await website.VisitAsync();
        await admin.SignInAsync(website.Admin, "/admin");
        foreach (var path in new[] { "/admin", "/admin/requests", "/admin" + request, "/admin/apps" }) await admin.UnhurtAsync(path);
        Assert.NotEmpty(id);
    }

    [Fact]
    public async Task A_search_stays_text()
    {
        await using var visit = await website.VisitAsync();
        foreach (var attack in Attacks) await visit.UnhurtAsync("/catalog?q=" + Uri.EscapeDataString(attack));
    }
}
