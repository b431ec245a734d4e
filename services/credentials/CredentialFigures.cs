using DevPortal.Contracts.Credentials;
using DevPortal.ServiceDefaults;
using Npgsql;

namespace DevPortal.Credentials;

/// <summary>How credentials stand, and whether their gateways answer.</summary>
static class CredentialFigures
{
    /// <summary>Made by <see cref="Installation"/>: Marten would index the state as the number that it is not stored as.</summary>
    public const string Index = "credential_state";

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

        var database = services.GetRequiredService<NpgsqlDataSource>();
        foreach (var state in Enum.GetValues<CredentialState>())
        {
            await using var ask = database.CreateCommand(
                "select count(*)::double precision, extract(epoch from now() - min((data ->> 'EndingSince')::timestamptz))::double precision from mt_doc_credential where data ->> 'State' = $1");
            ask.Parameters.Add(new() { Value = Json.Name(state) });
            await using var reader = await ask.ExecuteReaderAsync(cancel);
            await reader.ReadAsync(cancel);
            var count = reader.GetDouble(0);
            readings.Add(new(Credentials, count, KeyValuePair.Create("state", (object?)Json.Name(state))));
            if (state != CredentialState.Revoking) continue;
            readings.Add(new(Unconfirmed, count));
            readings.Add(new(Longest, reader.IsDBNull(1) ? 0 : Math.Max(0, reader.GetDouble(1))));
        }

        return readings;
    }
}
