using DevPortal.Eventing;
using DevPortal.Identity.Startup;
using DevPortal.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace DevPortal.Identity.SignIn;

/// <summary>Makes one-time links. The only copy of a link is in the answer to the admin who asked for it.</summary>
public sealed class OneTimeLinks(Minting minting, TimeProvider time, IOptions<PublicAddress> address)
{
    /// <summary>A link as it is shown once.</summary>
    public sealed record Shown(string Url, DateTimeOffset ExpiresAt)
    {
        public override string ToString() => $"link until {ExpiresAt:O}";
    }

    public static Refusal? Refuse(CurrentUser admin) => admin.PersonalAccessToken is null
        ? null
        : Refusal.Forbidden("sign-in-needed", "One-time links are made by somebody who is signed in, not with a personal access token.");

    /// <summary>Call in the transaction of the event: a person's earlier link dies with it.</summary>
    public async Task<Shown> ReplaceAsync(IdentityDb db, Guid userId, CancellationToken ct)
    {
        var token = minting.New(OneTimeLink.Type);
        var hash = minting.Hash(OneTimeLink.Type, token);
        var expires = time.GetUtcNow() + OneTimeLink.Lifetime;
        await db.Database.ExecuteSqlAsync($"""
            insert into accounts."Links" ("UserId", "Hash", "ExpiresAt") values ({userId}, {hash}, {expires})
            on conflict ("UserId") do update set "Hash" = excluded."Hash", "ExpiresAt" = excluded."ExpiresAt"
            """, ct);
        return new Shown($"{address.Value.Issuer}account/link?token={token}", expires);
    }
}
