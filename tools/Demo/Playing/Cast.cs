using DevPortal.Demo.Api;
using DevPortal.Demo.Filling;

namespace DevPortal.Demo.Playing;

/// <summary>Somebody who is signed in.</summary>
public sealed record Actor(Me Me, PortalClient Portal)
{
    public string Name => Me.Name;

    public bool IsAdmin => Me.Role == "admin";

    public override string ToString() => Name;
}

/// <summary>Everybody who plays, and those who only look.</summary>
public sealed class Cast : IDisposable
{
    readonly HttpClient http;

    Cast(HttpClient http, IReadOnlyList<Actor> actors)
    {
        this.http = http;
        Actors = actors;
        Anybody = new PortalClient(http);
    }

    public IReadOnlyList<Actor> Actors { get; }

    public IEnumerable<Actor> Admins => Actors.Where(actor => actor.IsAdmin);

    public IEnumerable<Actor> Consumers => Actors.Where(actor => !actor.IsAdmin);

    /// <summary>Not signed in.</summary>
    public PortalClient Anybody { get; }

    /// <summary>Signs everybody in.</summary>
    public static Task<Cast> AssembleAsync(Uri address, IEnumerable<Account> accounts, CancellationToken ct) => AssembleAsync(PortalClient.Connect(address), accounts, ct);

    /// <summary>Signs everybody in by a client that it takes over.</summary>
    public static async Task<Cast> AssembleAsync(HttpClient http, IEnumerable<Account> accounts, CancellationToken ct)
    {
        var actors = new List<Actor>();
        foreach (var account in accounts)
        {
            var portal = new PortalClient(http, new SignedIn(http, account.Email, account.Password, TimeProvider.System));
            actors.Add(new Actor(await portal.GetAsync<Me>("/api/identity/me", ct), portal));
        }
        return new Cast(http, actors);
    }

    /// <summary>Nobody decides the requests of somebody whose last one-time link he made.</summary>
    public async Task<(Actor Approver, Actor? Inviter)> DecidersOfAsync(Actor consumer, CancellationToken ct)
    {
        var user = await Admins.First().Portal.GetAsync<Invited>($"/api/identity/users/{consumer.Me.Id}", ct);
        return (Admins.First(admin => admin.Me.Id != user.LastLinkMadeBy), Admins.FirstOrDefault(admin => admin.Me.Id == user.LastLinkMadeBy));
    }

    public string NameOf(Guid? id) => id is null ? "the portal" : Actors.FirstOrDefault(actor => actor.Me.Id == id)?.Name ?? $"{id}";

    public void Dispose() => http.Dispose();

    sealed record Invited(Guid Id, Guid? LastLinkMadeBy);
}
