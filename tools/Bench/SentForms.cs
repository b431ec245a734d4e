using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;

namespace DevPortal.Bench;

/// <summary>The pages that can't be asked for again and again: what somebody gets who has just revealed, replaced or revoked a key, deleted a token, changed somebody's role or shut him out.
/// For each time there is a key or a token of its own.</summary>
sealed class SentForms(Uri address, Cast cast, ServerTime consumer, ServerTime admin)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Actor owner = cast.Consumers.First();
    readonly PortalClient inviting = cast.Admins.First().Portal;

    /// <summary>Hears of each page as soon as it is measured.</summary>
    public async Task MeasureAsync(Action<Measured> say, CancellationToken ct)
    {
        var keys = await MakeKeysAsync(ct);
        IEnumerable<string> Of(string deed) => keys.Select(key => $"/credentials/{key}/{deed}");
        foreach (var deed in new[] { "reveal", "rotate", "revoke" }) say(await consumer.MeasureAsync($"/credentials/{keys[0]}/{deed}"));
        say(await consumer.MeasureAsync("after a key was revealed", Of("reveal"), "reveal", None));
        say(await consumer.MeasureAsync("after a key was replaced", Of("rotate"), "rotate", None));
        foreach (var key in keys) await Eventually.UntilAsync(async () => (await owner.Portal.FindCredentialAsync(key, ct)).Value, seen => seen.State == "active", Patience, "the new key is active", ct);
        say(await consumer.MeasureAsync("after a key was revoked", Of("revoke"), "revoke", new Dictionary<string, string> { ["Reason"] = "Only measured." }));

        var tokens = await MakeTokensAsync(ct);
        say(await consumer.MeasureAsync(tokens[0]));
        say(await consumer.MeasureAsync("after a token was deleted", tokens, "delete", None));

        using var http = PortalClient.Connect(address);
        var person = $"/admin/people/{(await Newcomer.InviteAsync(http, inviting, "member", owner.Me.Organization.Id, owner.Me.Teams[0].Id, ct)).Actor.Me.Id}";
        say(await admin.MeasureAsync(person + "/role"));
        say(await admin.MeasureAsync("after a role was changed", Enumerable.Repeat(person + "/role", Times), "role", None));
        say(await admin.MeasureAsync(person + "/deactivate"));
        var shut = false;
        say(await admin.MeasureAsync("after somebody was deactivated", Enumerable.Repeat(person + "/deactivate", Times), "status", None, async () =>
        {
            if (shut) await admin.SendAsync(person, "status", None);
            shut = true;
        }));
    }

    const int Times = ServerTime.Before + ServerTime.Runs;

    static readonly Dictionary<string, string> None = [];

    async Task<IReadOnlyList<Guid>> MakeKeysAsync(CancellationToken ct)
    {
        var deciding = (await cast.DecidersOfAsync(owner, ct)).Approver.Portal;
        var offered = (await owner.Portal.ListAsync<Product>("/api/catalog/products?q=forecasts", ct)).First(product => product.Requestable);
        var plan = (await owner.Portal.GetAsync<ProductPage>($"/api/catalog/products/{offered.Id}", ct)).Plans.First(plan => plan.Available);
        var keys = new List<Guid>();
        for (var time = 0; time < Times; time++)
        {
            var app = await owner.Portal.CreateAppAsync("To have a key", ct);
            var request = await owner.Portal.RequestAccessAsync(app.Id, offered.Id, plan.Id, "To have a key.", ct);
            await deciding.ApproveAsync(request.Id, "To have a key.", ct);
            keys.Add((await owner.Portal.UntilProvisionedAsync(request.Id, Patience, ct)).Credential!.Id);
        }

        return keys;
    }

    async Task<IReadOnlyList<string>> MakeTokensAsync(CancellationToken ct)
    {
        var tokens = new List<string>();
        for (var time = 0; time < Times; time++)
        {
            var made = await owner.Portal.PostAsync<Made>("/api/identity/tokens", new { name = "Only measured", scopes = new[] { "read" }, expiresAt = DateTimeOffset.UtcNow.AddDays(1) }, ct);
            tokens.Add($"/me/tokens/{made.Id}/delete");
        }

        return tokens;
    }

    sealed record Made(Guid Id);
}
