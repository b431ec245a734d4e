using System.Net;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace DevPortal.Gateway.Tests;

public sealed class PersonalAccessTokensTests
{
    static readonly string Known = KeyFormat.Mint("devportal", "test", KeyFormat.PersonalAccessToken);

    [Fact]
    public async Task It_is_exchanged_once_and_never_reaches_a_service()
    {
        await using var gateway = await StartAsync();

        foreach (var _ in Enumerable.Range(0, 3))
        {
            using var response = await gateway.GetAsync("/api/credentials/apps", Known);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Single(gateway["identity"].Requests, seen => seen.Target == "/internal/exchange");
        Assert.Equal(3, gateway["credentials"].Requests.Count);
        Assert.All(gateway["credentials"].Requests, seen => Assert.StartsWith("Bearer ey", seen.Header("Authorization"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_lives_no_longer_than_a_call_is_not_kept()
    {
        await using var gateway = await StartAsync(expiresIn: 5);

        foreach (var _ in Enumerable.Range(0, 2)) (await gateway.GetAsync("/api/credentials/apps", Known)).Dispose();

        Assert.Equal(2, gateway["identity"].Requests.Count(seen => seen.Target == "/internal/exchange"));
    }

    [Fact]
    public async Task With_a_wrong_checksum_nobody_is_asked()
    {
        await using var gateway = await StartAsync();
        var typo = Known[..^1] + (Known[^1] == 'a' ? 'b' : 'a');

        using var response = await gateway.GetAsync("/api/credentials/apps", typo);

        Assert.Equal((401, "invalid-token"), await RunningGateway.ProblemAsync(response));
        Assert.Empty(gateway["identity"].Requests);
    }

    [Fact]
    public async Task One_that_identity_does_not_know_is_refused()
    {
        await using var gateway = await StartAsync();

        using var response = await gateway.GetAsync("/api/credentials/apps", KeyFormat.Mint("devportal", "test", KeyFormat.PersonalAccessToken));

        Assert.Equal((401, "invalid-token"), await RunningGateway.ProblemAsync(response));
        Assert.Empty(gateway["credentials"].Requests);
    }

    [Fact]
    public async Task While_identity_is_away_the_answer_is_503()
    {
        await using var gateway = await RunningGateway.StartAsync(("services:identity:http:0", $"http://127.0.0.1:{StubService.FreePort()}"));

        using var response = await gateway.GetAsync("/api/credentials/apps", Known);

        Assert.Equal((503, "unavailable"), await RunningGateway.ProblemAsync(response));
    }

    [Fact]
    public async Task Who_guesses_is_slowed_down()
    {
        await using var gateway = await StartAsync(5, ("Limits:SignIn:Burst", "3"), ("Limits:SignIn:PerSecond", "1"));

        var answers = new List<HttpStatusCode>();
        foreach (var _ in Enumerable.Range(0, 10))
        {
            using var response = await gateway.GetAsync("/api/credentials/apps", KeyFormat.Mint("devportal", "test", KeyFormat.PersonalAccessToken));
            answers.Add(response.StatusCode);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, answers[0]);
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
    }

    [Theory]
    [InlineData("/internal/exchange")]
    [InlineData("/connect/../internal/exchange")]
    [InlineData("/connect/%2e%2e/internal/exchange")]
    [InlineData("/connect/..%2finternal/exchange")]
    public async Task The_exchange_itself_can_not_be_reached_from_outside(string path)
    {
        await using var gateway = await StartAsync();
        using var form = new FormUrlEncodedContent([new("subject_token", Known)]);

        using var response = await gateway.SendAsync(HttpMethod.Post, path, body: form);

        Assert.DoesNotContain(gateway["identity"].Requests, seen => seen.Path == "/internal/exchange");
    }

    [Fact]
    public async Task A_form_of_sign_in_reaches_identity_as_it_came()
    {
        await using var gateway = await StartAsync();
        using var form = new FormUrlEncodedContent([new("grant_type", "authorization_code"), new("code", "c")]);

        (await gateway.SendAsync(HttpMethod.Post, "/connect/token", body: form)).Dispose();

        Assert.Equal("grant_type=authorization_code&code=c", Assert.Single(gateway["identity"].Requests).Body);
    }

    static async Task<RunningGateway> StartAsync(int expiresIn = 60, params (string Key, string Value)[] settings)
    {
        RunningGateway? gateway = null;
        gateway = await RunningGateway.StartAsync(new() { ["identity"] = AnswerAsync }, settings);
        return gateway;

        Task AnswerAsync(HttpContext http) => gateway!["identity"].Last.Body.Contains(Known, StringComparison.Ordinal)
            ? http.Response.WriteAsJsonAsync(new { access_token = gateway.Identity.Token(GatewayFixture.Somebody, pat: Guid.CreateVersion7()), expires_in = expiresIn, token_type = "Bearer" })
            : Results.Json(new { code = "token-no-longer-good" }, statusCode: 401).ExecuteAsync(http);
    }
}
