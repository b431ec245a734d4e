using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DevPortal.Demo.Api;
using DevPortal.LocalRun;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace DevPortal.PortalTests;

/// <summary>Nothing that somebody typed is lost, whatever became of the session.</summary>
[Collection(OnTheWebsite.Name)]
public sealed class KeptInputTests(Website website)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    PortalClient Admin => website.Cast.Admins.Single(actor => actor.Me.Email == website.Admin.Email).Portal;

    const string Reason = "This took long to write: <b>forecasts</b> & \"tides\".";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_form_that_is_sent_after_the_session_ended_comes_back_filled_after_signing_in_again(bool scripts)
    {
        await using var visit = await website.VisitAsync(scripts);
        var app = await TypeAsync(visit);
        await EndSessionAsync(visit);
        await visit.ClickAsync("Send the request");
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Your session is over");

        var other = await visit.Context.RunAndWaitForPageAsync(() => visit.ClickAsync("Sign in in another tab"));
        await other.GetByRole(AriaRole.Button, new() { Name = $"Continue as {website.Consumer.Name}" }).ClickAsync();
        await Expect(other.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("You are signed in");
        await visit.ClickAsync("Go on with what I typed");

        await ComesBackAsync(visit, app);
    }

    [Fact]
    public async Task A_form_that_is_sent_while_a_service_is_away_comes_back_filled()
    {
        await using var visit = await website.VisitAsync(scripts: false);
        var app = await TypeAsync(visit);
        await ControlClient.SendAsync(website.State, ControlVerb.Stop, "catalog", TestContext.Current.CancellationToken);
        try
        {
            await visit.ClickAsync("Send the request");
            await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Away for a moment");
        }
        finally
        {
            await ControlClient.SendAsync(website.State, ControlVerb.Start, "catalog", CancellationToken.None);
        }

        // The gateway may pass it over for some seconds yet; the page then says the same once more.
        var form = visit.Page.Locator("form#ask");
        for (var tries = 0; tries < 30 && await form.CountAsync() == 0; tries++)
        {
            await visit.Page.EvaluateAsync("document.body.dataset.before = ''");
            await visit.ClickAsync("Go on with what I typed");
            await Expect(visit.Page.Locator("[data-before]")).ToHaveCountAsync(0);
        }

        await ComesBackAsync(visit, app);
    }

    [Fact]
    public async Task A_form_that_the_gateway_could_not_pass_on_is_sent_from_its_page_and_carried_out()
    {
        await using var visit = await website.VisitAsync();
        var app = await TypeAsync(visit);
        await ControlClient.SendAsync(website.State, ControlVerb.Stop, "portal", Ct);
        try
        {
            await visit.ClickAsync("Send the request");
            await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Away for a moment");
        }
        finally
        {
            await ControlClient.SendAsync(website.State, ControlVerb.Start, "portal", CancellationToken.None);
        }

        // The gateway may pass it over for some seconds yet.
        for (var until = DateTime.UtcNow.AddMinutes(1); DateTime.UtcNow < until && await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Send it again" }).CountAsync() > 0;)
        {
            await visit.Page.EvaluateAsync("document.body.dataset.before = ''");
            await visit.ClickAsync("Send it again");
            await Expect(visit.Page.Locator("[data-before]")).ToHaveCountAsync(0);
        }

        await visit.SeesAsync("Waiting for approval");
        await Expect(visit.Page.Locator("dd.typed")).ToHaveTextAsync(Reason);
        await Expect(visit.Page.Locator("dl.facts").GetByRole(AriaRole.Link, new() { Name = app })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Who_asks_for_what_was_closed_meanwhile_is_told_why_and_asks_when_it_is_open_again()
    {
        var mark = Guid.NewGuid().ToString("N")[..8];
        await using var own = new OwnProducts(website, Ct);
        var (product, plan) = ((await own.AddAsync($"Closing {mark}"))[0], await own.AddPlanAsync($"Closing plan {mark}"));
        await Admin.PutAsync($"/api/catalog/products/{product.Id}", new { title = product.Title, published = true }, "*", Ct);
        var catalog = await Admin.PostAsync<Catalog>("/api/catalog/catalogs", new { name = $"Closing {mark}", visibility = "public", productIds = new[] { product.Id }, planIds = new[] { plan.Id } }, Ct);
        Task OfferAsync(params Guid[] plans) => Admin.PutAsync($"/api/catalog/catalogs/{catalog.Id}", new { name = catalog.Name, visibility = "public", productIds = new[] { product.Id }, planIds = plans }, "*", Ct);
        await using var visit = await website.VisitAsync();
        var app = await TypeAsync(visit, product.Title);
        await OfferAsync();
        await ClosedAsync(closed: true);
        await visit.ClickAsync("Send the request");
        await visit.SeesAsync("Access can't be requested: No plan is offered with it.");
        await visit.SeesAsync("The plan that you had chosen is no longer offered here.");
        await Expect(visit.Page.GetByLabel("What do you need it for?")).ToHaveValueAsync(Reason);

        await OfferAsync(plan.Id);
        await ClosedAsync(closed: false);
        await visit.ClickAsync("Send the request");
        await visit.SeesAsync("Waiting for approval");
        await Expect(visit.Page.Locator("dl.facts").GetByRole(AriaRole.Link, new() { Name = app })).ToBeVisibleAsync();

        Task ClosedAsync(bool closed) => Eventually.UntilAsync(
            () => website.ConsumerApi.GetAsync<Product>($"/api/catalog/products/{product.Id}", Ct), seen => seen.NotRequestableBecause is not null == closed, TimeSpan.FromMinutes(1), "the product is closed or open", Ct);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Going_back_and_sending_again_makes_no_second_request(bool scripts)
    {
        await using var visit = await website.VisitAsync(scripts);
        var app = await TypeAsync(visit);
        await visit.ClickAsync("Send the request");
        await visit.SeesAsync("Waiting for approval");
        var request = visit.Page.Url;

        await visit.Page.GoBackAsync();
        await visit.Page.GetByLabel("A new app").CheckAsync();
        await visit.Page.GetByLabel("Name of the new app").FillAsync(app);
        await visit.Page.GetByLabel("What do you need it for?").FillAsync(Reason);
        await visit.ClickAsync("Send the request");

        await visit.SeesAsync("Waiting for approval");
        Assert.Equal(request, visit.Page.Url);
    }

    [Fact]
    public async Task A_form_of_somebody_who_is_no_longer_signed_in_is_shown_again_and_not_carried_out()
    {
        await using var visit = await website.VisitAsync();
        var app = await TypeAsync(visit);
        // Another person in another tab of the same browser.
        await SwitchAsync(await visit.Context.NewPageAsync(), website.Admin.Name);
        await visit.ClickAsync("Send the request");

        await visit.SeesAsync("Nothing was done yet");
        await PagesTests.LooksWellAsync(visit, "state-form-shown-again");
        await ComesBackAsync(visit, app);
    }

    [Fact]
    public async Task A_form_of_a_page_that_is_there_no_more_shows_what_was_typed_and_can_be_sent_when_it_is_back()
    {
        await using var visit = await website.VisitAsync(scripts: false);
        var app = await TypeAsync(visit);
        var product = $"/api/catalog/products/{new Uri(visit.Page.Url).Segments[^2].TrimEnd('/')}";
        var text = await Admin.GetAsync<JsonObject>(product + "?view=admin", Ct);
        Task PublishAsync(bool published) =>
            Admin.PutAsync(product, new { title = text["title"], summary = text["summary"], description = text["description"], tags = text["tags"], published }, "*", CancellationToken.None);
        await PublishAsync(false);
        try
        {
            await visit.ClickAsync("Send the request");
            await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Nothing here");
            await visit.SeesAsync("What this form was for is no longer here");
            await visit.SeesAsync(Reason);
            await visit.SeesAsync(app);
        }
        finally
        {
            await PublishAsync(true);
        }

        await visit.ClickAsync("Go on with what I typed");
        await ComesBackAsync(visit, app);
    }

    [Fact]
    public async Task A_form_that_is_not_for_whoever_is_signed_in_now_is_kept_for_whoever_may_send_it()
    {
        await using var visit = await website.VisitAsync();
        await visit.SignInAsync(website.Admin, "/admin/catalogs");
        var name = $"Kept <b>{Guid.NewGuid():N}</b>";
        await visit.Page.GetByLabel("New catalog").FillAsync(name);
        await SwitchAsync(await visit.Context.NewPageAsync(), website.Consumer.Name);
        await visit.ClickAsync("Make the catalog");
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Not for you");
        await visit.SeesAsync(name);

        var other = await visit.Context.RunAndWaitForPageAsync(() => visit.ClickAsync("Sign in as somebody else in another tab"));
        await other.GetByRole(AriaRole.Button, new() { Name = $"Continue as {website.Admin.Name}" }).ClickAsync();
        await Expect(other.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("You are signed in");
        await visit.ClickAsync("Go on with what I typed");
        await Expect(visit.Page.GetByLabel("New catalog")).ToHaveValueAsync(name);
    }

    [Fact]
    public async Task A_form_that_its_page_has_no_more_is_said_to_be_gone_with_what_was_typed()
    {
        await using var visit = await website.VisitAsync();
        await TypeAsync(visit);
        await visit.Page.EvaluateAsync("document.querySelector('form#ask [name=_handler]').value = 'gone'");
        await visit.ClickAsync("Send the request");

        await visit.SeesAsync("This form is no longer on its page");
        await visit.SeesAsync(Reason);
        await PagesTests.LooksWellAsync(visit, "state-form-gone");
        await visit.ClickAsync("See the page as it is now");
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Request access to Weather forecasts");
    }

    [Fact]
    public async Task A_form_whose_end_comes_late_is_waited_for_and_answered()
    {
        using var http = new HttpClient { BaseAddress = website.Address };
        using var post = new HttpRequestMessage(HttpMethod.Post, "/apps/new") { Content = new LateForm("name", "Typed slowly") };

        using var answer = await http.SendAsync(post, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("value=\"Typed slowly\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    /// <summary>A form on a slow line: what is late is what the test is about.</summary>
    sealed class LateForm : HttpContent
    {
        readonly byte[] body;

        public LateForm(string field, string value)
        {
            body = Encoding.UTF8.GetBytes($"{field}={Uri.EscapeDataString(value)}");
            Headers.ContentType = new("application/x-www-form-urlencoded");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(body.AsMemory(0, 3));
            await stream.FlushAsync();
            await Task.Delay(TimeSpan.FromSeconds(1));
            await stream.WriteAsync(body.AsMemory(3));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = body.Length;
            return true;
        }
    }

    async Task<string> TypeAsync(Visit visit, string product = "Weather forecasts")
    {
        await visit.SignInAsync(website.Consumer, "/catalog?q=" + Uri.EscapeDataString(product));
        await visit.ClickAsync(product);
        await visit.Page.WaitForURLAsync("**/catalog/*-*");
        await visit.ClickAsync("Request access");
        var app = $"Kept {Guid.NewGuid().ToString("N")[..6]}";
        await visit.Page.GetByLabel("A new app").CheckAsync();
        await visit.Page.GetByLabel("Name of the new app").FillAsync(app);
        await visit.Page.GetByLabel("What do you need it for?").FillAsync(Reason);
        return app;
    }

    static async Task SwitchAsync(IPage tab, string name)
    {
        await tab.GotoAsync("/session/sign-in?anew=true&returnUrl=%2Fsession%2Fback");
        await tab.GetByRole(AriaRole.Button, new() { Name = $"Continue as {name}" }).ClickAsync();
        await Expect(tab.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("You are signed in");
    }

    static async Task EndSessionAsync(Visit visit)
    {
        var other = await visit.Context.NewPageAsync();
        await other.GotoAsync("/requests");
        await other.Locator("details.account summary").ClickAsync();
        await other.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(other.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).First).ToBeVisibleAsync();
        await other.CloseAsync();
    }

    static async Task ComesBackAsync(Visit visit, string app)
    {
        await Expect(visit.Page.GetByLabel("What do you need it for?")).ToHaveValueAsync(Reason);
        await Expect(visit.Page.GetByLabel("Name of the new app")).ToHaveValueAsync(app);
        await Expect(visit.Page.GetByLabel("A new app")).ToBeCheckedAsync();
        await visit.ClickAsync("Send the request");
        await visit.SeesAsync("Waiting for approval");
        await Expect(visit.Page.Locator("dd.typed")).ToHaveTextAsync(Reason);
    }
}
