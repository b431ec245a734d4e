using DevPortal.Identity.People;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using IDocumentSession = Marten.IDocumentSession;

namespace DevPortal.Identity.Startup;

/// <summary>What there is one of, however many replicas start at once: tables, keys, clients, the default organisation and team.
/// Runs at every start, under the start lock.</summary>
public static class Preparation
{
    public static async Task PrepareAsync(IServiceProvider services, CancellationToken ct)
    {
        var db = services.GetRequiredService<IdentityDb>();
        await db.Database.MigrateAsync(ct);
        await services.GetRequiredService<TokenKeys>().ReadOrMakeAsync(db, services.GetRequiredService<Sealing>(), ct);
        MakeFirstKeyRing(services.GetRequiredService<IKeyManager>(), services.GetRequiredService<TimeProvider>());
        await services.GetRequiredService<Clients>().RewriteAsync(ct);
        await MakeDefaultsAsync(services.GetRequiredService<IDocumentSession>(), services.GetRequiredService<TimeProvider>(), ct);
    }

    // Made here, all replicas know it from the first cookie on; the ring makes the later ones two days ahead.
    static void MakeFirstKeyRing(IKeyManager ring, TimeProvider time)
    {
        if (ring.GetAllKeys().Count == 0) ring.CreateNewKey(time.GetUtcNow(), time.GetUtcNow().AddDays(90));
    }

    static async Task MakeDefaultsAsync(IDocumentSession session, TimeProvider time, CancellationToken ct)
    {
        if (await session.LoadAsync<Organisation>(Organisation.Default, ct) is not null) return;
        var now = time.GetUtcNow();
        session.Events.StartStream<Organisation>(Organisation.Default, new OrganisationCreated(Organisation.Default, "Default", By: null, now));
        session.Events.StartStream<Team>(Team.Default, new TeamCreated(Team.Default, Organisation.Default, "Everyone", By: null, now));
        await session.SaveChangesAsync(ct);
    }
}
