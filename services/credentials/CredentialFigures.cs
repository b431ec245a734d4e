using DevPortal.Contracts.Credentials;
using DevPortal.ServiceDefaults;
using Marten;

namespace DevPortal.Credentials;

/// <summary>How credentials stand, and whether their gateways answer.</summary>
static class CredentialFigures
{
    const string Credentials = "devportal.credentials", Unconfirmed = "devportal.revocations.unconfirmed", Longest = "devportal.revocations.unconfirmed.longest",
        Up = "devportal.source.up", Since = "devportal.source.since";

    public static readonly Figure[] All =
    [
        new(Credentials, "{credential}", "Credentials by state."),
        new(Unconfirmed, "{credential}", "Revocations that the gateway has not confirmed."),
        new(Longest, "s", "How long the oldest of them has waited."),
        new(Up, "{source}", "1 while the source's gateway can be used, else 0. Seen from the process that tells it."),
        new(Since, "s", "Unix time of the last change between usable and not."),
    ];

    public static async Task<IReadOnlyList<Reading>> ReadAsync(IServiceProvider services, CancellationToken cancel)
    {
        var readings = new List<Reading>();
        foreach (var source in services.GetRequiredService<TykSources>().All)
        {
            if (source.Since is not { } since) continue;
            var tag = KeyValuePair.Create("source", (object?)source.Name);
            readings.Add(new(Up, source.Trouble is null ? 1 : 0, tag));
            readings.Add(new(Since, since.ToUnixTimeMilliseconds() / 1000.0, tag));
        }

        var session = services.GetRequiredService<IQuerySession>();
        foreach (var state in Enum.GetValues<CredentialState>())
        {
            var count = await session.Query<Credential>().CountAsync(credential => credential.State == state, cancel);
            readings.Add(new(Credentials, count, KeyValuePair.Create("state", (object?)Json.Name(state))));
            if (state != CredentialState.Revoking) continue;
            var oldest = count == 0 ? null : await session.Query<Credential>().Where(credential => credential.State == state).OrderBy(credential => credential.EndingSince).FirstOrDefaultAsync(cancel);
            readings.Add(new(Unconfirmed, count));
            readings.Add(new(Longest, oldest?.EndingSince is { } asked ? Math.Max(0, (services.GetRequiredService<TimeProvider>().GetUtcNow() - asked).TotalSeconds) : 0));
        }

        return readings;
    }
}
