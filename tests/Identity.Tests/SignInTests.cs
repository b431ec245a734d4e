using System.Net;
using DevPortal.Identity.Startup;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.IdentityModel.JsonWebTokens;
using Xunit;

namespace DevPortal.Identity.Tests;

[Collection(nameof(SharedApp))]
public sealed class SignInTests(SharedApp shared)
{
    readonly IdentityApp app = shared.App;

    [Fact]
    public async Task Somebody_who_is_not_signed_in_comes_to_the_sign_in_page_and_back_to_the_client_with_a_code()
    {
        using var browser = app.Open();
        var verifier = Browser.NewVerifier();
        var first = await browser.GetAsync(Browser.AuthorizeUrl(verifier));
        Assert.Equal(HttpStatusCode.Redirect, first.StatusCode);
        Assert.StartsWith("/sign-in?returnUrl=", first.Headers.Location!.ToString(), StringComparison.Ordinal);

        var signedIn = await browser.SubmitAsync(first.Headers.Location.ToString(), ("email", IdentityApp.AdminEmail), ("password", IdentityApp.AdminPassword));
        var back = await browser.GetAsync(signedIn.Headers.Location!.ToString());
        Assert.StartsWith(Browser.Callback + "?", back.Headers.Location!.ToString(), StringComparison.Ordinal);

        var (tokens, error) = await browser.ExchangeAsync(Browser.CodeOf(back), verifier);
        Assert.Null(error);
        var access = new JsonWebToken(tokens!.AccessToken);
        Assert.Equal("at+jwt", access.Typ);
        Assert.Equal("http://localhost:5080/", access.Issuer);
        Assert.Equal(["devportal"], access.Audiences);
        Assert.Equal(1, access.GetPayloadValue<long>("usr_ver"));
        Assert.InRange(access.ValidTo - access.IssuedAt, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
        Assert.DoesNotContain(access.Claims, claim => claim.Type is "role" or "name" or "email");
    }

    [Fact]
    public async Task An_access_token_opens_the_api()
    {
        var answer = await (await shared.Admin.GetAsync("/api/identity/me")).JsonAsync();
        Assert.Equal("admin", answer.GetProperty("role").GetString());
        Assert.Equal(IdentityApp.AdminEmail, answer.GetProperty("email").GetString());
        Assert.Equal("Default", answer.GetProperty("organization").GetProperty("name").GetString());
        Assert.Equal("Everyone", answer.GetProperty("teams")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_refresh_token_gives_new_tokens_and_replaces_itself()
    {
        using var browser = app.Open();
        await browser.SignInAsync(IdentityApp.AdminEmail, IdentityApp.AdminPassword);
        var first = await browser.AuthorizeAsync();
        var (second, error) = await browser.RefreshAsync(first.RefreshToken);
        Assert.Null(error);
        Assert.NotEqual(first.RefreshToken, second!.RefreshToken);
        Assert.Equal(HttpStatusCode.OK, (await app.As(second.AccessToken).GetAsync("/api/identity/me")).StatusCode);
    }

    [Fact]
    public async Task A_code_works_once()
    {
        using var browser = app.Open();
        await browser.SignInAsync(IdentityApp.AdminEmail, IdentityApp.AdminPassword);
        var verifier = Browser.NewVerifier();
        var code = Browser.CodeOf(await browser.GetAsync(Browser.AuthorizeUrl(verifier)));
        Assert.NotNull((await browser.ExchangeAsync(code, verifier)).Tokens);
        Assert.Equal("invalid_grant", (await browser.ExchangeAsync(code, verifier)).Error);
    }

    [Fact]
    public async Task A_code_does_not_work_with_another_verifier()
    {
        using var browser = app.Open();
        await browser.SignInAsync(IdentityApp.AdminEmail, IdentityApp.AdminPassword);
        var code = Browser.CodeOf(await browser.GetAsync(Browser.AuthorizeUrl(Browser.NewVerifier())));
        Assert.Equal("invalid_grant", (await browser.ExchangeAsync(code, Browser.NewVerifier())).Error);
    }

    [Theory]
    [InlineData("response_type=code&client_id=devportal-cli&redirect_uri=http://127.0.0.1:1/callback&scope=openid")] // no PKCE
    [InlineData("response_type=code&client_id=devportal-cli&redirect_uri=http://127.0.0.1:1/callback&scope=openid&code_challenge=abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrs&code_challenge_method=plain")]
    [InlineData("response_type=token&client_id=devportal-cli&redirect_uri=http://127.0.0.1:1/callback&scope=openid")]
    public async Task Anything_but_code_with_pkce_is_refused(string query)
    {
        using var browser = app.Open();
        var answer = await browser.GetAsync("/connect/authorize?" + query);
        var said = answer.Headers.Location?.ToString() ?? await answer.Content.ReadAsStringAsync();
        Assert.Matches("error=(invalid_request|unsupported_response_type|unauthorized_client)|error:(invalid_request|unsupported_response_type|unauthorized_client)", said);
    }

    [Theory]
    [InlineData("devportal-portal", "http://localhost:5080/signin-oidc", true)]
    [InlineData("devportal-docs", "http://localhost:5080/docs/", true)]
    [InlineData("devportal-portal", "http://localhost:5080/signin-oidc/more", false)]
    [InlineData("devportal-portal", "http://evil.example.org/signin-oidc", false)]
    [InlineData("devportal-cli", "http://127.0.0.1:40001/callback", true)]
    [InlineData("devportal-cli", "http://127.0.0.1:40001/other", false)]
    [InlineData("devportal-unknown", "http://127.0.0.1:40001/callback", false)]
    public async Task Only_registered_addresses_get_a_code(string client, string redirect, bool allowed)
    {
        using var browser = app.Open();
        await browser.SignInAsync(IdentityApp.AdminEmail, IdentityApp.AdminPassword);
        var answer = await browser.GetAsync(Browser.AuthorizeUrl(Browser.NewVerifier(), client, redirect));
        Assert.Equal(allowed ? HttpStatusCode.Redirect : HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("password")]
    [InlineData("client_credentials")]
    [InlineData("urn:ietf:params:oauth:grant-type:token-exchange")]
    public async Task Other_grants_are_refused(string grant)
    {
        using var browser = app.Open();
        var (_, error) = await browser.TokensAsync(new()
        {
            ["grant_type"] = grant,
            ["client_id"] = "devportal-cli",
            ["username"] = IdentityApp.AdminEmail,
            ["password"] = IdentityApp.AdminPassword,
            ["subject_token"] = "x",
            ["subject_token_type"] = "urn:ietf:params:oauth:token-type:access_token",
        });
        Assert.Equal("unsupported_grant_type", error);
    }

    [Fact]
    public async Task The_discovery_document_names_the_public_address_whatever_host_was_asked()
    {
        using var client = app.Factory.CreateClient(new() { BaseAddress = new Uri("http://identity") });
        var document = await (await client.GetAsync("/.well-known/openid-configuration")).JsonAsync();
        Assert.Equal("http://localhost:5080/", document.GetProperty("issuer").GetString());
        Assert.Equal("http://localhost:5080/connect/token", document.GetProperty("token_endpoint").GetString());
        Assert.Equal(["authorization_code", "refresh_token"], document.GetProperty("grant_types_supported").EnumerateArray().Select(g => g.GetString()!).Order());
        Assert.Equal(["S256"], document.GetProperty("code_challenge_methods_supported").EnumerateArray().Select(g => g.GetString()!));
        var key = Assert.Single((await (await client.GetAsync("/.well-known/jwks")).JsonAsync()).GetProperty("keys").EnumerateArray());
        Assert.False(key.TryGetProperty("d", out _));
    }

    [Fact]
    public async Task Without_a_session_prompt_none_answers_login_required()
    {
        using var browser = app.Open();
        var answer = await browser.GetAsync(Browser.AuthorizeUrl(Browser.NewVerifier(), extra: "&prompt=none"));
        Assert.Contains("error=login_required", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_address_and_a_wrong_password_get_the_same_page()
    {
        using var browser = app.Open();
        var somebody = await app.NewUserAsync(shared.Admin);
        var wrong = await browser.TrySignInAsync(somebody.Email, "not the password of somebody");
        var unknown = await browser.TrySignInAsync("x" + somebody.Email, "not the password of somebody");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(wrong.StatusCode, unknown.StatusCode);
        Assert.Equal(Comparable(await wrong.Content.ReadAsStringAsync(), somebody.Email), Comparable(await unknown.Content.ReadAsStringAsync(), "x" + somebody.Email));

        static string Comparable(string html, string email) =>
            System.Text.RegularExpressions.Regex.Replace(html, "name=\"__RequestVerificationToken\" value=\"[^\"]*\"", "").Replace(email, "");
    }

    [Fact]
    public async Task An_unknown_address_costs_as_many_hashes_as_a_wrong_password()
    {
        var somebody = await app.NewUserAsync(shared.Admin);
        var counting = new CountingHasher();
        await using var own = app.Factory.WithWebHostBuilder(web => web.ConfigureTestServices(services => services.AddSingleton<IPasswordHasher<Account>>(counting)));
        using var browser = new Browser(own);

        async Task<int> CostAsync(string email)
        {
            var before = counting.Calls;
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.TrySignInAsync(email, "not the password of somebody")).StatusCode);
            return counting.Calls - before;
        }

        // The first try of the process makes the hash of nobody, whoever it is for.
        await CostAsync(somebody.Email);
        Assert.Equal(1, await CostAsync(somebody.Email));
        Assert.Equal(1, await CostAsync("x" + somebody.Email));
        Assert.Equal(1, await CostAsync("y" + somebody.Email));
    }

    sealed class CountingHasher : PasswordHasher<Account>
    {
        public int Calls { get; private set; }

        public override string HashPassword(Account user, string password)
        {
            Calls++;
            return base.HashPassword(user, password);
        }

        public override PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword)
        {
            Calls++;
            return base.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }

    [Fact]
    public async Task Who_guesses_has_to_wait_and_is_let_in_again_after_the_window()
    {
        await using var own = await OtherClockAsync();
        using var browser = own.Open();
        HttpResponseMessage answer;
        var tries = 0;
        do answer = await browser.TrySignInAsync(IdentityApp.AdminEmail, "a wrong password"); while (answer.StatusCode == HttpStatusCode.Unauthorized && ++tries < 30);
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.InRange(int.Parse(answer.Headers.GetValues("Retry-After").Single()), 1, 300);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.TrySignInAsync(IdentityApp.AdminEmail, IdentityApp.AdminPassword)).StatusCode);

        own.Time.Ahead = TimeSpan.FromMinutes(6);
        await browser.SignInAsync(IdentityApp.AdminEmail, IdentityApp.AdminPassword);
    }

    [Theory]
    [InlineData(1, "in a minute.")]
    [InlineData(60, "in a minute.")]
    [InlineData(61, "in 2 minutes.")]
    [InlineData(120, "in 2 minutes.")]
    [InlineData(300, "in 5 minutes.")]
    public void How_long_he_has_to_wait_is_said_in_minutes_that_suffice(int seconds, string wait)
    {
        var t = app.Factory.Services.GetRequiredService<IStringLocalizer<Texts>>();
        Assert.EndsWith(wait, Identity.SignIn.SignIn.TooManyTries(seconds, t), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sign-in?returnUrl=%2Fapps", "/sign-in?returnUrl=%2Fapps")]
    [InlineData("/account/sign-out", "/account/sign-out")]
    [InlineData("/account/link", null)]
    public async Task A_form_of_a_browser_that_keeps_no_cookies_is_answered_by_a_page_and_that_of_a_program_by_a_problem(string path, string? again)
    {
        using var client = app.Factory.CreateClient(new() { BaseAddress = Browser.Options.BaseAddress, AllowAutoRedirect = false, HandleCookies = false });
        using var page = await SendAsync("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        Assert.Equal((HttpStatusCode.BadRequest, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        var html = await page.Content.ReadAsStringAsync();
        Assert.Contains("<h1>Your browser keeps no cookies</h1>", html, StringComparison.Ordinal);
        Assert.Contains("Allow cookies for http://localhost:5080/", html, StringComparison.Ordinal);
        if (again is null) Assert.DoesNotContain("Try again", html, StringComparison.Ordinal);
        else Assert.Contains($"<a href=\"{again}\">Try again</a>", html, StringComparison.Ordinal);

        foreach (var accept in new[] { "application/json", "*/*" })
        {
            using var problem = await SendAsync(accept);
            Assert.Equal("application/problem+json", problem.Content.Headers.ContentType?.MediaType);
            Assert.Equal("bad-request", (await problem.JsonAsync()).GetProperty("code").GetString());
        }

        Task<HttpResponseMessage> SendAsync(string accept)
        {
            var post = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["email"] = "ada@example.org" }) };
            post.Headers.Add("Accept", accept);
            return client.SendAsync(post);
        }
    }

    [Fact]
    public async Task A_form_that_was_open_for_too_long_and_an_address_without_a_page_are_answered_by_pages_too()
    {
        using var client = app.Factory.CreateClient(Browser.Options);
        client.DefaultRequestHeaders.Add("Accept", "text/html,*/*;q=0.8");
        (await client.GetAsync("/sign-in")).Dispose();
        using var old = await client.PostAsync("/sign-in", new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = "of another day" }));
        Assert.Equal(HttpStatusCode.BadRequest, old.StatusCode);
        Assert.Contains("The page was open for too long", await old.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var nothing = await client.GetAsync("/account/nothing");
        Assert.False(nothing.IsSuccessStatusCode);
        Assert.Contains("<h1>Nothing here</h1>", await nothing.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var api = await client.GetAsync("/api/identity/me");
        Assert.Equal("application/problem+json", api.Content.Headers.ContentType?.MediaType);
    }

    // A second replica on the shared database.
    Task<IdentityApp> OtherClockAsync() => IdentityApp.StartAsync(app.Database, app.Broker);

    [Theory]
    [InlineData("https://evil.example.org/")]
    [InlineData("//evil.example.org/")]
    [InlineData("/\\evil.example.org/")]
    public async Task Signing_in_never_leads_to_another_site(string returnUrl)
    {
        using var browser = app.Open();
        var answer = await browser.TrySignInAsync(IdentityApp.AdminEmail, IdentityApp.AdminPassword, returnUrl);
        Assert.Equal("/", answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_form_without_its_antiforgery_field_is_refused()
    {
        using var client = app.Factory.CreateClient(Browser.Options);
        var answer = await client.PostAsync("/sign-in", new FormUrlEncodedContent(new Dictionary<string, string> { ["email"] = IdentityApp.AdminEmail, ["password"] = IdentityApp.AdminPassword }));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Cookies_are_bound_to_this_host_and_secure()
    {
        using var browser = app.Open();
        var answer = await browser.TrySignInAsync(IdentityApp.AdminEmail, IdentityApp.AdminPassword);
        var page = await app.Open().GetAsync("/sign-in");
        string[] cookies = [.. answer.Headers.GetValues("Set-Cookie"), .. page.Headers.GetValues("Set-Cookie")];
        Assert.Equal(2, cookies.Length);
        Assert.All(cookies, cookie =>
        {
            Assert.StartsWith("__Host-", cookie, StringComparison.Ordinal);
            Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("samesite=", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public async Task Pages_carry_no_script_and_no_style_of_their_own()
    {
        using var browser = app.Open();
        foreach (var path in new[] { "/sign-in", "/account/sign-out" })
        {
            var page = await browser.GetAsync(path);
            Assert.DoesNotMatch("<script|<style| style=| on[a-z]+=", await page.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task Signing_out_ends_the_session_of_the_browser()
    {
        using var browser = app.Open();
        await browser.SignInAsync(IdentityApp.AdminEmail, IdentityApp.AdminPassword);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SubmitAsync("/account/sign-out")).StatusCode);
        var answer = await browser.GetAsync(Browser.AuthorizeUrl(Browser.NewVerifier()));
        Assert.StartsWith("/sign-in", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_ends_the_session_gets_the_browser_back_at_its_own_address_only()
    {
        using var browser = app.Open();
        await browser.SignInAsync(IdentityApp.AdminEmail, IdentityApp.AdminPassword);
        var back = await browser.GetAsync("/connect/logout?client_id=devportal-portal&post_logout_redirect_uri=" + Uri.EscapeDataString("http://localhost:5080/"));
        Assert.Equal("http://localhost:5080/", back.Headers.Location!.ToString());
        var elsewhere = await browser.GetAsync("/connect/logout?client_id=devportal-portal&post_logout_redirect_uri=" + Uri.EscapeDataString("http://evil.example.org/"));
        Assert.Equal(HttpStatusCode.BadRequest, elsewhere.StatusCode);
    }
}
