using System.Buffers.Text;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace DevPortal.Demo.Api;

/// <summary>A person who signs in as a command-line program has him sign in: authorization code with PKCE, on identity's own page.</summary>
public sealed class SignedIn(HttpClient http, string email, string password, TimeProvider time)
{
    const string Client = "devportal-cli", Redirect = "http://127.0.0.1:7890/callback";

    readonly Lock gate = new();
    Task<Tokens>? current;

    /// <summary>An access token that is good for a while; signs in again where the last is nearly over.</summary>
    /// <exception cref="InvalidOperationException">The account does not sign in.</exception>
    public async Task<string> TokenAsync(CancellationToken ct)
    {
        Task<Tokens> tokens;
        lock (gate)
        {
            if (current is null or { IsFaulted: true } or { IsCanceled: true } || (current.IsCompletedSuccessfully && time.GetUtcNow() >= current.Result.GoodUntil)) current = SignInPatientlyAsync(ct);
            tokens = current;
        }
        return (await tokens).AccessToken;
    }

    /// <summary>The next call signs in anew.</summary>
    public void Forget()
    {
        lock (gate) current = null;
    }

    async Task<Tokens> SignInPatientlyAsync(CancellationToken ct)
    {
        var patience = new Patience(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                return await SignInAsync(ct);
            }
            catch (Exception passing) when (patience.IsLeft && !ct.IsCancellationRequested && passing is HttpRequestException or TaskCanceledException or RefusedException { IsPassing: true })
            {
                // A code is good for one try, so all of it is done again.
                await patience.WaitAsync(null, ct);
            }
        }
    }

    async Task<Tokens> SignInAsync(CancellationToken ct)
    {
        var browser = new Browser(http);
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var state = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        var authorize = $"/connect/authorize?client_id={Client}&response_type=code&scope=openid&redirect_uri={Uri.EscapeDataString(Redirect)}" +
            $"&code_challenge={challenge}&code_challenge_method=S256&state={state}";

        var page = await browser.OpenAsync(authorize, ct);
        if (page.Location is not { } signIn) throw new InvalidOperationException($"Signing in does not begin: {(int)page.Status} {page.Error}");
        var form = await browser.OpenAsync(signIn, ct);
        var next = await browser.SubmitAsync(form, new Dictionary<string, string> { ["email"] = email, ["password"] = password }, ct);
        for (var steps = 0; next.Location is { } location && steps < 5; steps++)
        {
            if (location.StartsWith(Redirect, StringComparison.Ordinal)) return await RedeemAsync(CodeOf(location, state), verifier, ct);
            next = await browser.OpenAsync(location, ct);
        }
        throw new InvalidOperationException($"{email} does not sign in: {(int)next.Status} {next.Error}");
    }

    async Task<Tokens> RedeemAsync(string code, string verifier, CancellationToken ct)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = Client,
            ["code"] = code,
            ["redirect_uri"] = Redirect,
            ["code_verifier"] = verifier,
        });
        using var response = await http.PostAsync("/connect/token", form, ct);
        if (!response.IsSuccessStatusCode) throw await RefusedException.ReadAsync(response, ct);
        var tokens = (await response.Content.ReadFromJsonAsync<Tokens>(ct))!;
        return tokens with { GoodUntil = time.GetUtcNow().AddSeconds(tokens.ExpiresIn - 30) };
    }

    static string CodeOf(string location, string state)
    {
        var query = new Uri(location).Query.TrimStart('?').Split('&').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[^1]));
        return query.GetValueOrDefault("state") == state && query.TryGetValue("code", out var code)
            ? code
            : throw new InvalidOperationException($"Signing in ended with {query.GetValueOrDefault("error", "another state")}.");
    }

    sealed record Tokens([property: JsonPropertyName("access_token")] string AccessToken, [property: JsonPropertyName("expires_in")] int ExpiresIn)
    {
        public DateTimeOffset GoodUntil { get; init; }

        public override string ToString() => nameof(Tokens);
    }
}
