using DevPortal.Identity.Startup;
using DevPortal.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace DevPortal.Identity.SignIn;

/// <summary>Attempts with one key since the window was opened.</summary>
public sealed class SignInAttempts
{
    public required byte[] Key { get; init; }
    public int Count { get; set; }
    public DateTimeOffset Until { get; set; }
}

/// <summary>Slows down guessing, for all replicas together, per account and address: a stranger elsewhere locks nobody out, and no
/// lock outlives the window. Counted before the password is looked at, whether or not there is such an account.</summary>
public sealed class AttemptLimit(IdentityDb db, Minting minting, TimeProvider time)
{
    public const int PerAccount = 10, PerAddress = 200;
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>Null: go on. Else the seconds to wait.</summary>
    public async Task<int?> CountAsync(string account, HttpContext http)
    {
        var address = ClientAddress.Of(http);
        return await CountAsync(KeyOf(account, address), PerAccount, http.RequestAborted) ?? await CountAsync(KeyOf("", address), PerAddress, http.RequestAborted);
    }

    /// <summary>The right password takes the count of that account back, and its own try from the address: many people may share one.</summary>
    public async Task ForgetAsync(string account, HttpContext http)
    {
        var address = ClientAddress.Of(http);
        var (own, shared) = (KeyOf(account, address), KeyOf("", address));
        await db.Attempts.Where(a => a.Key == own).ExecuteDeleteAsync(http.RequestAborted);
        await db.Attempts.Where(a => a.Key == shared && a.Count > 0).ExecuteUpdateAsync(set => set.SetProperty(a => a.Count, a => a.Count - 1), http.RequestAborted);
    }

    async Task<int?> CountAsync(byte[] key, int limit, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var ends = now + Window;
        var counted = await db.Attempts.FromSql($"""
            insert into accounts."Attempts" as a ("Key", "Count", "Until") values ({key}, 1, {ends})
            on conflict ("Key") do update set "Count" = case when a."Until" <= {now} then 1 else a."Count" + 1 end,
                                              "Until" = case when a."Until" <= {now} then {ends} else a."Until" end
            returning a."Key", a."Count", a."Until"
            """).AsNoTracking().ToListAsync(ct);
        return counted[0].Count > limit ? (int)Math.Ceiling((counted[0].Until - now).TotalSeconds) : null;
    }

    // The table names nobody.
    byte[] KeyOf(string account, string address) => minting.Hash("attempt", account.Trim().ToUpperInvariant() + "\n" + address);
}
