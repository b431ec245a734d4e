using System.Globalization;
using System.Net;
using System.Security.Claims;
using System.Text.Json.Serialization;
using DevPortal.Portal.Api;
using Microsoft.AspNetCore.Authentication;

namespace DevPortal.Portal.Sessions;

enum RefreshOutcome { Refreshed, Refused }

/// <summary>Gets new tokens for a session's refresh token, and looks again who its person is: a new role shows within minutes.</summary>
sealed class TokenRefresh(IHttpClientFactory clients, TimeProvider time)
{
    /// <summary>Refused: the person was deactivated or signed out everywhere, or the session is too old.</summary>
    /// <exception cref="RefusedException">The gateway or identity is away; the session stays.</exception>
    public async Task<(RefreshOutcome, AuthenticationTicket?)> RefreshAsync(AuthenticationTicket ticket, CancellationToken ct)
    {
        if (ticket.Properties.GetTokenValue("refresh_token") is not { } token) return (RefreshOutcome.Refused, null);
        var http = clients.CreateClient(PublicApiSetup.Backchannel);
        using var form = new FormUrlEncodedContent([new("grant_type", "refresh_token"), new("client_id", SignIn.Client), new("refresh_token", token)]);
        using var response = await Unavailable.ToRefusalAsync(() => http.PostAsync("/connect/token", form, ct), ct);
        if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized) return (RefreshOutcome.Refused, null);
        if (!response.IsSuccessStatusCode) throw new RefusedException(Problem.Unavailable);

        var tokens = (await response.Content.ReadFromJsonAsync<Tokens>(ct))!;
        ticket.Properties.UpdateTokenValue("access_token", tokens.AccessToken);
        if (tokens.RefreshToken is { } next) ticket.Properties.UpdateTokenValue("refresh_token", next);
        ticket.Properties.UpdateTokenValue("expires_at", time.GetUtcNow().AddSeconds(tokens.ExpiresIn).ToString("o", CultureInfo.InvariantCulture));
        var visitor = await ReadAsync(http, tokens.AccessToken, ticket, ct);
        return visitor is null ? (RefreshOutcome.Refused, null) : (RefreshOutcome.Refreshed, new AuthenticationTicket(visitor, ticket.Properties, ticket.AuthenticationScheme));
    }

    /// <summary>Whom the tokens are of; as known before where that can't be told now, for the tokens are new and must be kept.</summary>
    static async Task<ClaimsPrincipal?> ReadAsync(HttpClient http, string accessToken, AuthenticationTicket ticket, CancellationToken ct)
    {
        try
        {
            return await Visitor.ReadAsync(http, accessToken, ct);
        }
        catch (RefusedException)
        {
            return ticket.Principal;
        }
    }

    sealed record Tokens(
        [property: JsonPropertyName("access_token")] string AccessToken, [property: JsonPropertyName("refresh_token")] string? RefreshToken,
        [property: JsonPropertyName("expires_in")] int ExpiresIn)
    {
        public override string ToString() => nameof(Tokens);
    }
}
