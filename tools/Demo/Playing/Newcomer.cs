using DevPortal.Demo.Api;

namespace DevPortal.Demo.Playing;

/// <summary>Somebody who is invited on the way, by plain HTTP as an admin's script and the new person's browser do it.</summary>
public sealed record Newcomer(Actor Actor, string Email, string Password, string Link)
{
    /// <summary>Invites somebody, who then sets a password through the one-time link and signs in.</summary>
    public static async Task<Newcomer> InviteAsync(HttpClient http, PortalClient inviter, string role, Guid organizationId, Guid teamId, CancellationToken ct)
    {
        var (email, password) = ($"{Guid.NewGuid():N}@newcomer.example", $"newcomer-{Guid.NewGuid():N}");
        var invited = await inviter.PostAsync<Invitation>(
            "/api/identity/users", new { name = "New Comer", email, role, organizationId, teamIds = new[] { teamId } }, ct);
        await UseLinkAsync(http, invited.Link.Url, password, ct);
        return new(await SignInAsync(http, email, password, ct), email, password, invited.Link.Url);
    }

    public static async Task UseLinkAsync(HttpClient http, string link, string password, CancellationToken ct)
    {
        var browser = new Browser(http);
        var page = await browser.OpenAsync(new Uri(link).PathAndQuery, ct);
        var set = await browser.SubmitAsync(page, new Dictionary<string, string> { ["password"] = password }, ct);
        if (set.Location is null) throw new InvalidOperationException($"The link does not set a password: {(int)set.Status} {set.Error}");
    }

    public static async Task<Actor> SignInAsync(HttpClient http, string email, string password, CancellationToken ct)
    {
        var portal = new PortalClient(http, new SignedIn(http, email, password, TimeProvider.System));
        return new(await portal.GetAsync<Me>("/api/identity/me", ct), portal);
    }

    public override string ToString() => Email;
}
