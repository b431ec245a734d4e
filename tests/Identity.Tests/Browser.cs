using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using System.Web;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace DevPortal.Identity.Tests;

/// <summary>What a browser does with our pages: keeps cookies, fills forms, follows redirects.</summary>
public sealed partial class Browser(WebApplicationFactory<Program> factory) : IDisposable
{
    // Our cookies are secure, and a browser takes http://localhost for secure; HttpClient's jar does not.
    internal static WebApplicationFactoryClientOptions Options => new() { BaseAddress = new Uri("https://localhost:5080"), AllowAutoRedirect = false };

    public const string Callback = "http://127.0.0.1:53123/callback";

    readonly HttpClient http = factory.CreateClient(Options);

    public sealed record Tokens(string AccessToken, string RefreshToken, string? IdToken);

    public Task<HttpResponseMessage> GetAsync(string path) => http.GetAsync(path);

    /// <summary>Opens a page and sends its first form with what was typed.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string path, params (string Name, string Value)[] typed)
    {
        var page = await http.GetAsync(path);
        var html = await page.Content.ReadAsStringAsync();
        Assert.True(page.StatusCode == HttpStatusCode.OK, $"{path}: {(int)page.StatusCode} {html}");
        var form = Form().Match(html);
        Assert.True(form.Success, $"{path} has no form: {html}");
        var fields = Hidden().Matches(form.Groups["inside"].Value).ToDictionary(m => m.Groups["name"].Value, m => WebUtility.HtmlDecode(m.Groups["value"].Value));
        foreach (var (name, value) in typed) fields[name] = value;
        return await http.PostAsync(WebUtility.HtmlDecode(form.Groups["action"].Value), new FormUrlEncodedContent(fields));
    }

    public async Task<HttpResponseMessage> TrySignInAsync(string email, string password, string returnUrl = "/") =>
        await SubmitAsync("/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl), ("email", email), ("password", password));

    public async Task SignInAsync(string email, string password)
    {
        var answer = await TrySignInAsync(email, password);
        Assert.True(answer.StatusCode == HttpStatusCode.Redirect, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    public static string AuthorizeUrl(string verifier, string client = "devportal-cli", string redirect = Callback, string extra = "") =>
        $"/connect/authorize?response_type=code&client_id={client}&redirect_uri={Uri.EscapeDataString(redirect)}&scope=openid%20offline_access"
        + $"&state=s&code_challenge={Base64UrlEncoder.Encode(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(verifier)))}&code_challenge_method=S256{extra}";

    public static string NewVerifier() => Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));

    /// <summary>From a signed-in browser to tokens.</summary>
    public async Task<Tokens> AuthorizeAsync()
    {
        var verifier = NewVerifier();
        var answer = await http.GetAsync(AuthorizeUrl(verifier));
        Assert.True(answer.StatusCode == HttpStatusCode.Redirect, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        Assert.StartsWith(Callback, answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        var (tokens, error) = await ExchangeAsync(CodeOf(answer), verifier);
        return tokens ?? throw new InvalidOperationException(error);
    }

    public static string CodeOf(HttpResponseMessage answer) => HttpUtility.ParseQueryString(answer.Headers.Location!.Query)["code"] ?? throw new InvalidOperationException($"No code in {answer.Headers.Location}");

    public Task<(Tokens? Tokens, string? Error)> ExchangeAsync(string code, string verifier) => TokensAsync(new()
    {
        ["grant_type"] = "authorization_code",
        ["client_id"] = "devportal-cli",
        ["code"] = code,
        ["redirect_uri"] = Callback,
        ["code_verifier"] = verifier,
    });

    public Task<(Tokens? Tokens, string? Error)> RefreshAsync(string refreshToken) => TokensAsync(new()
    {
        ["grant_type"] = "refresh_token",
        ["client_id"] = "devportal-cli",
        ["refresh_token"] = refreshToken,
    });

    public async Task<(Tokens? Tokens, string? Error)> TokensAsync(Dictionary<string, string> form)
    {
        var answer = await http.PostAsync("/connect/token", new FormUrlEncodedContent(form));
        var json = await answer.JsonAsync();
        if (!answer.IsSuccessStatusCode) return (null, json.GetProperty("error").GetString());
        return (new Tokens(json.GetProperty("access_token").GetString()!, json.GetProperty("refresh_token").GetString()!,
            json.TryGetProperty("id_token", out var id) ? id.GetString() : null), null);
    }

    public void Dispose() => http.Dispose();

    [GeneratedRegex("<form[^>]*action=\"(?<action>[^\"]+)\"[^>]*>(?<inside>.*?)</form>", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex Hidden();
}
