using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace DevPortal.PortalTests;

/// <summary>The main journeys with Tab, Enter, Space and typing alone. Wherever the focus is, it is seen.</summary>
[Collection(OnTheWebsite.Name)]
public sealed class KeyboardTests(Website website)
{
    [Fact]
    public async Task Signing_in_asking_approving_revealing_rotating_and_revoking_need_no_mouse_and_the_focus_is_never_lost()
    {
        await using var consumer = await website.VisitAsync();
        await consumer.GoAsync("/catalog");
        await EnterAsync(consumer, "Sign in");
        await SignInAsync(consumer, website.Consumer);
        await EnterAsync(consumer, "Weather warnings");
        await consumer.Page.WaitForURLAsync("**/catalog/*-*");
        await EnterAsync(consumer, "Request access");
        await consumer.Page.WaitForURLAsync(new Regex("/request\\?form="));
        await TabToAsync(consumer, "App", "radio");
        while (await FocusedAsync(consumer, "document.activeElement.value") != "new") await consumer.Page.Keyboard.PressAsync("ArrowDown");
        var app = $"Keys {Guid.NewGuid().ToString("N")[..6]}";
        await TabToAsync(consumer, "Name of the new app");
        await consumer.Page.Keyboard.TypeAsync(app);
        await TabToAsync(consumer, "What do you need it for?");
        await consumer.Page.Keyboard.TypeAsync("Typed without a mouse.");
        await EnterAsync(consumer, "Send the request");
        await consumer.Page.WaitForURLAsync("**/requests/*");
        await IsSomewhereAsync(consumer);

        await using var admin = await website.VisitAsync();
        await admin.GoAsync("/admin");
        await SignInAsync(admin, website.Admin);
        await admin.Page.WaitForURLAsync("**/admin");
        // The desk looks again by itself while somebody walks through it.
        await TabToAsync(admin, app, within: ".row");
        await admin.Page.Keyboard.PressAsync("Enter");
        await admin.Page.WaitForURLAsync("**/admin/requests/*");
        await IsSomewhereAsync(admin);
        await TabToAsync(admin, "Note");
        await admin.Page.Keyboard.TypeAsync("By keyboard.");
        // To press it is the browser's affair; that it is told is ours.
        await Expect(admin.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" })).ToHaveAccessibleDescriptionAsync("Access key: A");
        await EnterAsync(admin, "Approve");
        await admin.SeesAsync("Active at Tyk since");
        await IsSomewhereAsync(admin);

        await consumer.SeesAsync("Active at the gateway since");
        await IsSomewhereAsync(consumer);
        await EnterAsync(consumer, "Open the key");
        await consumer.Page.WaitForURLAsync("**/apps/*");
        await IsSomewhereAsync(consumer);
        await EnterAsync(consumer, "Reveal the key");
        await consumer.Page.WaitForURLAsync("**/reveal");
        await EnterAsync(consumer, "Reveal the key now");
        await consumer.SeesAsync("This is the only time that the key is shown.");
        await IsSomewhereAsync(consumer);
        await EnterAsync(consumer, "Copy");
        await Expect(consumer.Page.Locator("#announce")).ToHaveTextAsync("Copied");
        Assert.Equal(await consumer.Page.Locator("#key").InnerTextAsync(), await consumer.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await EnterAsync(consumer, "I have kept it");
        await consumer.Page.WaitForURLAsync("**/apps/*");
        await IsSomewhereAsync(consumer);

        var card = consumer.Page.Locator(".key-card");
        var hint = await card.Locator(".key-hint").InnerTextAsync();
        await EnterAsync(consumer, "Rotate");
        await consumer.Page.WaitForURLAsync("**/rotate");
        await EnterAsync(consumer, "Replace the key");
        await consumer.Page.WaitForURLAsync("**/apps/*");
        await Expect(card.Locator(".key-hint")).Not.ToHaveTextAsync(hint);
        await Expect(card.Locator(".badge")).ToHaveTextAsync("Active");
        await IsSomewhereAsync(consumer);

        await EnterAsync(consumer, "Revoke");
        await consumer.Page.WaitForURLAsync("**/revoke");
        await TabToAsync(consumer, "Why?");
        await consumer.Page.Keyboard.TypeAsync("No longer needed.");
        await EnterAsync(consumer, "Revoke the key");
        await consumer.Page.WaitForURLAsync("**/apps/*");
        await Expect(card.Locator(".badge")).ToHaveTextAsync("Revoked");
        await IsSomewhereAsync(consumer);
    }

    [Fact]
    public async Task The_queue_its_filters_and_an_approval_with_a_note_need_no_mouse()
    {
        await using var consumer = await website.VisitAsync();
        var app = await consumer.AskAsync(website.Consumer, "Weather forecasts", "To be found in the queue.");
        await using var admin = await website.VisitAsync();
        await admin.GoAsync("/admin");
        await SignInAsync(admin, website.Admin);
        await EnterAsync(admin, "Requests", "[aria-label=Administration]");
        var chosen = admin.Page.GetByRole(AriaRole.Navigation, new() { Name = "Filter" }).Locator("[aria-current=page]");
        await Expect(chosen).ToHaveTextAsync("Waiting");
        foreach (var filter in new[] { "Rejected", "All", "Waiting" })
        {
            await EnterAsync(admin, filter, "[aria-label=Filter]");
            await Expect(chosen).ToHaveTextAsync(filter);
            await IsSomewhereAsync(admin);
        }

        // Oldest first, and other tests may have left more than a page of them.
        var (row, rows) = (admin.Page.Locator(".row", new() { HasText = app }), admin.Page.Locator("#queue .row-title a"));
        while (await row.CountAsync() == 0)
        {
            var first = await rows.First.GetAttributeAsync("href");
            await EnterAsync(admin, "Next page");
            await Expect(rows.First).Not.ToHaveAttributeAsync("href", first!);
        }

        await TabToAsync(admin, app, within: ".row");
        await admin.Page.Keyboard.PressAsync("Enter");
        await admin.Page.WaitForURLAsync("**/admin/requests/*-*");
        await TabToAsync(admin, "Note");
        await admin.Page.Keyboard.TypeAsync("Out of the queue.");
        await EnterAsync(admin, "Approve");
        await admin.SeesAsync("Active at Tyk since");
        await IsSomewhereAsync(admin);
        await consumer.SeesAsync("Out of the queue.");
    }

    [Fact]
    public async Task Rejecting_needs_no_mouse()
    {
        await using var consumer = await website.VisitAsync();
        var app = await consumer.AskAsync(website.Consumer, "Weather forecasts", "To be rejected by keyboard.");
        await using var admin = await website.VisitAsync();
        await admin.GoAsync("/admin");
        await SignInAsync(admin, website.Admin);
        await admin.Page.WaitForURLAsync("**/admin");
        await TabToAsync(admin, app, within: ".row");
        await admin.Page.Keyboard.PressAsync("Enter");
        await admin.Page.WaitForURLAsync("**/admin/requests/*");
        await TabToAsync(admin, "Reason for the rejection");
        await admin.Page.Keyboard.TypeAsync("By keyboard.");
        await EnterAsync(admin, "Reject");
        await admin.Page.Locator(".status-card .badge", new() { HasText = "Rejected" }).WaitForAsync();
        await IsSomewhereAsync(admin);
        await consumer.SeesAsync("By keyboard.");
    }

    [Fact]
    public async Task A_refused_form_has_the_focus_where_it_is_wrong_and_the_first_Tab_leads_past_the_menu()
    {
        await using var visit = await website.VisitAsync();
        await visit.SignInAsync(website.Consumer, "/apps/new");
        await visit.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the content", await FocusedAsync(visit, "document.activeElement.textContent"));
        await visit.Page.Keyboard.PressAsync("Enter");
        await TabToAsync(visit, "Name");
        // Blank passes the browser's own check.
        await visit.Page.Keyboard.TypeAsync("   ");
        await EnterAsync(visit, "Make the app");
        await visit.Page.Locator("[aria-invalid=true]").WaitForAsync();

        Assert.Equal("Name", await FocusedAsync(visit, "document.activeElement.name"));
    }

    static async Task SignInAsync(Visit visit, Demo.Filling.Account account)
    {
        await visit.Page.WaitForURLAsync("**/sign-in*");
        Assert.Equal("email", await FocusedAsync(visit, "document.activeElement.id"));
        await visit.Page.Keyboard.TypeAsync(account.Email);
        await visit.Page.Keyboard.PressAsync("Tab");
        await visit.Page.Keyboard.TypeAsync(account.Password);
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.Locator(".account-name").WaitForAsync();
    }

    /// <param name="part">Where there are several of that name: the part of the page.</param>
    static async Task EnterAsync(Visit visit, string name, string? part = null)
    {
        await TabToAsync(visit, name, part: part);
        await visit.Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Tabs on until what is called that has the focus; whatever has it on the way shows it.</summary>
    static async Task TabToAsync(Visit visit, string name, string? type = null, string? within = null, string? part = null)
    {
        for (var step = 0; step < 150; step++)
        {
            var found = await visit.Page.EvaluateAsync<bool>(
                """
                ([name, type, within, part]) => {
                  const it = document.activeElement;
                  if (!it || it === document.body || (part && !it.closest(part))) return false;
                  if (within) return it.closest(within)?.textContent.includes(name) ?? false;
                  if (type) return it.type === type && it.name === name;
                  return (it.labels?.[0]?.textContent ?? it.textContent).trim().startsWith(name);
                }
                """,
                new object?[] { name, type, within, part });
            if (found) return;
            await visit.Page.Keyboard.PressAsync("Tab");
            Assert.Equal("", await FocusedAsync(visit, Unseen));
        }

        Assert.Fail($"No Tab leads to {name} at {visit.Page.Url}.");
    }

    /// <summary>What has the focus and does not show it: neither itself nor what it is in has an outline. After the last one comes the browser's own.</summary>
    const string Unseen =
        """
        (() => {
          const it = document.activeElement;
          if (!it || it === document.body || it.id === "main") return "";
          for (let part = it; part && part !== document.body; part = part.parentElement) if (getComputedStyle(part).outlineStyle !== "none") return "";
          return it.outerHTML;
        })()
        """;

    /// <summary>After what a page did, the next Tab goes on from there and not from the start of the page.</summary>
    static async Task IsSomewhereAsync(Visit visit) => await visit.Page.WaitForFunctionAsync("() => document.activeElement && document.activeElement !== document.body");

    static Task<string> FocusedAsync(Visit visit, string expression) => visit.Page.EvaluateAsync<string>(expression);
}
