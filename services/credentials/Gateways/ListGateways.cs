using DevPortal.Contracts.Credentials;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace DevPortal.Credentials;

/// <summary>The gateways that keys are made at: whether each can be used now, and what waits for it.</summary>
public static class ListGateways
{
    /// <param name="Source">Name of the source in the configuration.</param>
    /// <param name="Usable">Whether keys can be made, read and taken away there now, as the process that answers sees it; null: it has not looked yet.</param>
    /// <param name="Since">When that last changed.</param>
    /// <param name="Because">Why it can't be used, and where somebody must act, the remedy.</param>
    /// <param name="Issuing">Credentials whose key is still to be made there.</param>
    /// <param name="Rotating">Credentials whose key is still to be replaced.</param>
    /// <param name="Revoking">Credentials whose key is still to be taken away.</param>
    public sealed record Output(string Source, bool? Usable, DateTimeOffset? Since, string? Because, long Issuing, long Rotating, long Revoking);

    public sealed record Gateways(IReadOnlyList<Output> Items);

    public static void MapListGateways(this IEndpointRouteBuilder credentials) =>
        credentials.MapGet("/gateways", Handle).WithName(nameof(ListGateways)).RequireAuthorization(Callers.Admin);

    static async Task<Ok<Gateways>> Handle(TykSources sources, NpgsqlDataSource database, CancellationToken ct)
    {
        var waiting = await WaitingAsync(database, ct);
        // What was granted at a source that is configured no more waits, too.
        return TypedResults.Ok(new Gateways([.. sources.All.Select(source => source.Name).Union(waiting.Select(work => work.Source)).Order(StringComparer.Ordinal)
            .Select(name => Tell(name, sources.Find(name), state => waiting.FirstOrDefault(work => work.Source == name && work.State == Json.Name(state)).Count))]));
    }

    static Output Tell(string name, TykSource? source, Func<CredentialState, long> waiting)
    {
        bool? usable = source is null ? false : source.Since is null ? null : source.Trouble is null;
        return new(name, usable, source?.Since, source is null ? TykSources.NoneFor(name) : source.Trouble?.Reason,
            waiting(CredentialState.Issuing), waiting(CredentialState.Rotating), waiting(CredentialState.Revoking));
    }

    static async Task<List<(string Source, string State, long Count)>> WaitingAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var ask = database.CreateCommand(
            "select data -> 'Grant' ->> 'Source', data ->> 'State', count(*) from mt_doc_credential where data ->> 'State' = any ($1) and data -> 'Grant' ->> 'Source' is not null group by 1, 2");
        ask.Parameters.Add(new() { Value = new[] { CredentialState.Issuing, CredentialState.Rotating, CredentialState.Revoking }.Select(Json.Name).ToArray() });
        await using var reader = await ask.ExecuteReaderAsync(ct);
        var waiting = new List<(string, string, long)>();
        while (await reader.ReadAsync(ct)) waiting.Add((reader.GetString(0), reader.GetString(1), reader.GetInt64(2)));
        return waiting;
    }
}
