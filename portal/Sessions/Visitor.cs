using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using DevPortal.Portal.Api;

namespace DevPortal.Portal.Sessions;

/// <summary>Who is signed in, as pages show it. What he may do is for the services to say; the role here only chooses what is offered.</summary>
static class Visitor
{
    public const string Admin = "admin";

    /// <summary>Null: the token is not good (any more).</summary>
    public static async Task<ClaimsPrincipal?> ReadAsync(HttpClient http, string accessToken, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/identity/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var response = await Unavailable.ToRefusalAsync(() => http.SendAsync(request, ct), ct);
        if (response.StatusCode == HttpStatusCode.Unauthorized) return null;
        if (!response.IsSuccessStatusCode) throw new RefusedException(Problem.Unavailable);
        var me = (await response.Content.ReadFromJsonAsync<Me>(PublicApi.Reading, ct))!;
        return new ClaimsPrincipal(new ClaimsIdentity(
            [new("sub", me.Id.ToString()), new("name", me.Name), new("role", me.Role), new("organisation", me.Organization.Name)], SessionHandler.Scheme, "name", "role"));
    }

    public static bool IsSignedIn(this HttpContext http) => http.User.Identity is { IsAuthenticated: true };

    public static bool IsAdmin(this HttpContext http) => http.User.IsInRole(Admin);

    public static Guid Id(this HttpContext http) => Guid.TryParse(http.User.FindFirst("sub")?.Value, out var id) ? id : Guid.Empty;

    public static string Name(this HttpContext http) => http.User.FindFirst("name")?.Value ?? "";

    public static string Organisation(this HttpContext http) => http.User.FindFirst("organisation")?.Value ?? "";
}
