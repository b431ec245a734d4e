using DevPortal.Demo.Api;
using Xunit;

namespace DevPortal.PortalTests;

/// <summary>What is done after the first day: keys are replaced, Tyk is read again.</summary>
[Collection(OnTheWebsite.Name)]
public sealed class OperateTests(Website website)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_key_is_replaced_and_the_new_one_is_shown(bool scripts)
    {
        await using var owner = await website.VisitAsync(scripts);
        await owner.AskAsync(website.Consumer, "Weather forecasts", "A key to be replaced.");
        var request = Guid.Parse(new Uri(owner.Page.Url).Segments[^1]);
        await website.Cast.Admins.Single(actor => actor.Me.Email == website.Admin.Email).Portal.ApproveAsync(request, "Yes.", Ct);
        var credential = (await Consumer.UntilProvisionedAsync(request, TimeSpan.FromMinutes(1), Ct)).Credential!.Id;
        var first = await RevealAsync(owner, credential);

        await owner.GoAsync($"/credentials/{credential}/rotate");
        await owner.ClickAsync("Replace the key");
        await owner.Page.WaitForURLAsync("**/apps/*");
        await Eventually.UntilAsync(async () => (await Consumer.FindCredentialAsync(credential, Ct)).Value.State, state => state == "active", TimeSpan.FromMinutes(1), "the new key is active", Ct);

        Assert.NotEqual(first, await RevealAsync(owner, credential));
        if (!scripts) return;
        // Going back does not ask to send the form again: the page says that the key is shown once.
        await owner.ClickAsync("I have kept it");
        await owner.Page.WaitForURLAsync("**/apps/*");
        await owner.Page.GoBackAsync();
        await owner.SeesAsync("There is no key to reveal: it was shown");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tyk_is_read_again_at_once(bool scripts)
    {
        await using var admin = await website.VisitAsync(scripts);
        await admin.SignInAsync(website.Admin, "/admin/sync");
        var before = await admin.FirstLinkAsync("/admin/sync", ".row-title a");

        await admin.ClickAsync("Run tyk now");

        var run = await Eventually.UntilAsync(() => admin.FirstLinkAsync("/admin/sync", ".row-title a"), link => link != before, TimeSpan.FromMinutes(1), "there is a new run", Ct);
        await Eventually.UntilAsync(
            async () => { await admin.GoAsync(run); return await admin.Page.Locator(".status-card .badge").InnerTextAsync(); }, word => word == "Finished", TimeSpan.FromMinutes(1), "the run is finished", Ct);
        await admin.SeesAsync("Unchanged");
    }

    PortalClient Consumer => website.Cast.Consumers.Single(actor => actor.Me.Email == website.Consumer.Email).Portal;

    static async Task<string> RevealAsync(Visit owner, Guid credential)
    {
        await owner.GoAsync($"/credentials/{credential}/reveal");
        await owner.ClickAsync("Reveal the key now");
        return await owner.Page.GetByLabel("Key", new() { Exact = true }).InnerTextAsync();
    }
}
