using System.Net;
using DevPortal.Testing;
using Microsoft.Extensions.Options;
using Xunit;

namespace DevPortal.Identity.Tests;

public sealed class StartTests(Servers servers)
{
    [Fact]
    public async Task Two_replicas_starting_together_on_an_empty_server_make_one_of_everything()
    {
        var database = await servers.PostgresAsync("identity");
        var broker = await servers.RabbitMqAsync();
        var replicas = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => IdentityApp.StartAsync(database, broker)));
        await using var one = replicas[0];
        await using var two = replicas[1];

        Assert.Equal(2, await one.CountAsync("""select count(*) from accounts."Keys" """));
        Assert.Equal(1, await one.CountAsync("""select count(*) from accounts."DataProtectionKeys" """));
        Assert.Equal(3, await one.CountAsync("""select count(*) from accounts."OpenIddictApplications" """));
        Assert.Equal(2, await one.CountAsync("select count(*) from mt_events"));
        Assert.Equal(await KeysAsync(one), await KeysAsync(two));

        // What one replica made, the other takes: form, cookie and token.
        await one.WelcomeAsync();
        using var browser = one.Open();
        await browser.SignInAsync(IdentityApp.AdminEmail, IdentityApp.AdminPassword);
        using var client = two.As((await browser.AuthorizeAsync()).AccessToken);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/identity/me")).StatusCode);

        static Task<string> KeysAsync(IdentityApp app) => app.Factory.CreateClient().GetStringAsync("/.well-known/jwks");
    }

    [Fact]
    public async Task A_later_start_makes_nothing_again_and_moves_the_clients_to_the_new_public_address()
    {
        await using var first = await IdentityApp.StartAsync(servers);
        var keys = await first.Factory.CreateClient().GetStringAsync("/.well-known/jwks");
        await first.WelcomeAsync();
        await using var second = await IdentityApp.StartAsync(first.Database, first.Broker, ("PublicUrl", "https://developer.example.org"));
        Assert.Equal(keys, await second.Factory.CreateClient().GetStringAsync("/.well-known/jwks"));
        Assert.Equal(1, await second.CountAsync("""select count(*) from accounts."OpenIddictApplications" where "RedirectUris" like '%https://developer.example.org/signin-oidc%'"""));
        Assert.Equal(0, await second.CountAsync("""select count(*) from accounts."OpenIddictApplications" where "RedirectUris" like '%localhost:5080%'"""));
        using var browser = second.Open();
        await browser.SignInAsync(IdentityApp.AdminEmail, IdentityApp.AdminPassword);
    }

    [Fact]
    public async Task Shortcuts_are_refused_unless_the_portal_is_on_http_localhost()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => IdentityApp.StartAsync(servers, ("SignIn:Shortcuts", "/tmp/none.json"), ("PublicUrl", "https://developer.example.org")));
        Assert.Contains("SignIn:Shortcuts is only for http://localhost", failure.ToString(), StringComparison.Ordinal);
        Assert.Contains(nameof(OptionsValidationException), failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_secret_stops_the_start_and_is_named()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => IdentityApp.StartAsync(servers, ("HashPepper", "")));
        Assert.Contains("HashPepper", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shortcut_written_after_the_start_signs_in_with_one_click_and_its_password_is_not_on_the_page()
    {
        var file = Path.Combine(Path.GetTempPath(), $"shortcuts-{Guid.NewGuid():N}.json");
        await using var app = await IdentityApp.StartAsync(servers, ("SignIn:Shortcuts", file));
        await app.WelcomeAsync();
        Assert.DoesNotContain("shortcut", await (await app.Open().GetAsync("/sign-in")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        try
        {
            await File.WriteAllTextAsync(file, $$"""[{"name":"Ada","email":"{{IdentityApp.AdminEmail}}","password":"{{IdentityApp.AdminPassword}}","role":"admin","organisation":"Default","teams":["Everyone"]}]""");
            using var browser = app.Open();
            var page = await (await browser.GetAsync("/sign-in")).Content.ReadAsStringAsync();
            Assert.Contains("admin · Default · Everyone", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
            Assert.DoesNotContain(IdentityApp.AdminPassword, page, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Redirect, (await browser.SubmitAsync("/sign-in", ("shortcut", IdentityApp.AdminEmail))).StatusCode);
            await browser.AuthorizeAsync();
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Of_two_admins_who_deactivate_each_other_at_once_one_stays()
    {
        await using var app = await IdentityApp.StartAsync(servers);
        await app.WelcomeAsync();
        using var first = await app.AdminAsync();
        var firstId = (await (await first.GetAsync("/api/identity/me")).JsonAsync()).GetProperty("id").GetGuid();
        Assert.Equal((409, "last-admin", null), await first.PostAsync($"/api/identity/users/{firstId}/deactivate", new { }, "*").ProblemAsync());
        Assert.Equal((409, "last-admin", null), await first.PutAsync($"/api/identity/users/{firstId}/role", new { role = "member" }, "*").ProblemAsync());

        var other = await app.NewUserAsync(first, role: "admin");
        using var second = await app.SignInAsync(other.Email, Somebody.FirstPassword);
        await Task.WhenAll(
            first.PostAsync($"/api/identity/users/{other.Id}/deactivate", new { }, "*"),
            second.PutAsync($"/api/identity/users/{firstId}/role", new { role = "member" }, "*"));
        Assert.Equal(1, await app.CountAsync("select count(*) from mt_doc_knownuser where data ->> 'Role' = 'admin' and data ->> 'Status' = 'active'"));
    }

    [Fact]
    public async Task No_table_holds_a_link_a_token_a_password_or_a_key_in_clear_and_names_stand_in_accounts_only()
    {
        await using var app = await IdentityApp.StartAsync(servers);
        await app.WelcomeAsync();
        using var admin = await app.AdminAsync();
        var somebody = await app.NewUserAsync(admin);
        var unused = (await (await admin.PostAsync($"/api/identity/users/{somebody.Id}/link", new { }, idempotencyKey: "k")).JsonAsync()).GetProperty("url").GetString()!;
        using var browser = app.Open();
        await browser.SignInAsync(somebody.Email, Somebody.FirstPassword);
        var tokens = await browser.AuthorizeAsync();
        var pat = (await (await app.As(tokens.AccessToken).PostAsync("/api/identity/tokens", new { name = "script", scopes = new[] { "read" }, expiresAt = DateTimeOffset.UtcNow.AddDays(1) }, idempotencyKey: "k")).JsonAsync())
            .GetProperty("token").GetString()!;

        string[] secrets = [Token(somebody.Link), Token(unused), pat, "canary password", IdentityApp.BootstrapToken, tokens.AccessToken, tokens.RefreshToken, "BEGIN PRIVATE", "<masterKey", "<value>"];
        foreach (var secret in secrets) Assert.Empty(await Canary.TablesWithAsync(app.Database, secret));
        Assert.Equal("accounts.AspNetUsers", Assert.Single(await Canary.TablesWithAsync(app.Database, somebody.Email)));
        Assert.Equal("accounts.AspNetUsers", Assert.Single(await Canary.TablesWithAsync(app.Database, "Canaryname")));

        static string Token(string link) => link[(link.IndexOf("token=", StringComparison.Ordinal) + 6)..];
    }
}
