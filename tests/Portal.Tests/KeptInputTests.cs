using System.Net;
using System.Text;
using DevPortal.LocalRun;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace DevPortal.PortalTests;

/// <summary>Nothing that somebody typed is lost, whatever became of the session.</summary>
[Collection(OnTheWebsite.Name)]
public sealed class KeptInputTests(Website website)
{
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_form_that_is_sent_while_a_service_is_away_comes_back_filled(bool scripts)
    {
        await using var visit = await website.VisitAsync(scripts);
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
        var other = await visit.Context.NewPageAsync();
        await other.GotoAsync("/session/sign-in?anew=true&returnUrl=%2Fsession%2Fback");
        await other.GetByRole(AriaRole.Button, new() { Name = $"Continue as {website.Admin.Name}" }).ClickAsync();
        await Expect(other.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("You are signed in");
        await visit.ClickAsync("Send the request");

        await visit.SeesAsync("Nothing was done yet");
        await ComesBackAsync(visit, app);
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

    async Task<string> TypeAsync(Visit visit)
    {
        await visit.SignInAsync(website.Consumer, "/catalog");
        await visit.ClickAsync("Weather forecasts");
        await visit.Page.WaitForURLAsync("**/catalog/*-*");
        await visit.ClickAsync("Request access");
        var app = $"Kept {Guid.NewGuid().ToString("N")[..6]}";
        await visit.Page.GetByLabel("A new app").CheckAsync();
        await visit.Page.GetByLabel("Name of the new app").FillAsync(app);
        await visit.Page.GetByLabel("What do you need it for?").FillAsync(Reason);
        return app;
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
