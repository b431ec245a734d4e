using DevPortal.Demo.Api;

namespace DevPortal.Demo.Filling;

/// <summary>A personal access token for somebody who tries the API by hand.</summary>
static class MintToken
{
    /// <summary>Far longer than an afternoon of trying.</summary>
    static readonly TimeSpan Life = TimeSpan.FromDays(7);

    /// <summary>The token, with all that its owner may do.</summary>
    /// <exception cref="InvalidOperationException">No account, or more than one, begins so.</exception>
    public static async Task<string> RunAsync(Uri address, IReadOnlyList<Account> accounts, string begins, CancellationToken ct)
    {
        var account = accounts.Where(known => known.Email.StartsWith(begins, StringComparison.OrdinalIgnoreCase)).ToArray() is [var one]
            ? one
            : throw new InvalidOperationException($"No one account begins with '{begins}'. There are {string.Join(", ", accounts.Select(known => known.Email))}.");
        using var http = PortalClient.Connect(address);
        var portal = new PortalClient(http, new SignedIn(http, account.Email, account.Password, TimeProvider.System));
        string[] scopes = account.Role == "admin" ? ["read", "write", "admin"] : ["read", "write"];
        var minted = await portal.PostAsync<Minted>("/api/identity/tokens", new { name = "The command line", scopes, expiresAt = TimeProvider.System.GetUtcNow() + Life }, ct);
        return minted.Token;
    }

    sealed record Minted(string Token)
    {
        public override string ToString() => nameof(Minted);
    }
}
